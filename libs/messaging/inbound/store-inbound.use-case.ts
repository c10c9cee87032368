import { Inject, Injectable } from '@nestjs/common';
import { SuppressNumberUseCase } from '#contacts';
import { newUuid, type InboundMessage } from '#domain';
import { Database, LOGGER, type Logger } from '#platform';
import { isStopWord } from './stop-words.js';

/** Longest reply that is kept; carriers join parts themselves. */
const MAX_LENGTH = 2_000;

/**
 * Who last sent under a sender id. A number travels without its "+", so the reply comes back without it. $1 sender id.
 * Uses batches_of_sender.
 */
const LAST_SENDER = `
SELECT account_id AS "accountId"
  FROM unnest(ARRAY[$1, '+' || $1]) AS spelling(sender)
 CROSS JOIN LATERAL (SELECT id, account_id FROM batches WHERE sender = spelling.sender ORDER BY id DESC LIMIT 1) last
 ORDER BY id DESC LIMIT 1`;

/** Keeps what a phone sent, and stops sending to it when it says so. */
@Injectable()
export class StoreInboundUseCase {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SuppressNumberUseCase) private readonly suppress: SuppressNumberUseCase,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Belongs to the account that last sent under the sender id the phone replied to. */
  async execute(gatewayId: number, { from, to, text }: InboundMessage): Promise<void> {
    await this.database.inSystem(async (tx) => {
      const [owner] = await tx.query<{ accountId: string }>(LAST_SENDER, [to]);
      if (!owner) {
        this.logger.info({ gatewayId }, 'a reply to a sender id nobody has used was dropped');
        return;
      }
      await tx.query(
        `INSERT INTO inbound_messages (id, account_id, gateway_id, sender, recipient, body) VALUES ($1, $2, $3, $4, $5, $6)`,
        [newUuid(), owner.accountId, gatewayId, from, to, text.replaceAll('\0', '').slice(0, MAX_LENGTH)],
      );
      if (isStopWord(text))
        await this.suppress.execute(tx, { accountId: owner.accountId, phone: from, source: 'reply' });
    });
  }
}
