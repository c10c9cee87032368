import { Inject, Injectable } from '@nestjs/common';
import { Database } from '#platform';

/** A text a phone sent to one of the account's senders. */
export interface InboundView {
  id: string;
  sender: string;
  recipient: string;
  body: string;
  receivedAt: Date;
}

@Injectable()
export class InboundReader {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** Newest first. @param before uuid of the last row of the page before */
  async list(accountId: string, page: { before: string | null; limit: number }): Promise<InboundView[]> {
    return this.database.inAccount(accountId, (tx) =>
      tx.query<InboundView>(
        `SELECT id, sender, recipient, body, received_at AS "receivedAt" FROM inbound_messages
          WHERE account_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
        [accountId, page.before, page.limit],
      ),
    );
  }
}
