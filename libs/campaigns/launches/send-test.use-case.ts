import { Inject, Injectable } from '@nestjs/common';
import { AccountsReader } from '#accounts';
import { RecipientsReader, SuppressionsReader } from '#contacts';
import { Ledger, PriceReader } from '#credits';
import {
  compileTemplate,
  countParts,
  DomainError,
  newUuid,
  normalizePhoneNumber,
  PHONE_REFUSALS,
  type Clock,
  type CountryCode,
} from '#domain';
import { SubmitMessageUseCase } from '#messaging';
import {
  CLOCK,
  Database,
  runIdempotent,
  type AccountTx,
  type IdempotentAnswer,
  type IdempotentRequest,
} from '#platform';
import { CampaignRepository } from '../campaign.repository.js';
import { requirePrice } from '../estimates/estimate-campaign.use-case.js';

const VALIDITY_SECONDS = 3_600;
const HOLD_MS = 7 * 86_400_000;

export interface TestMessage {
  /** Number of the message, as text: the answer is stored as JSON. */
  messageId: string;
  text: string;
  parts: number;
  millipoints: string;
}

interface Destination {
  e164: string;
  country: string;
}

/** Sends one message of a campaign to a number of the author's choice, charged like any other. */
@Injectable()
export class SendTestUseCase {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(CampaignRepository) private readonly campaigns: CampaignRepository,
    @Inject(RecipientsReader) private readonly recipients: RecipientsReader,
    @Inject(PriceReader) private readonly prices: PriceReader,
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(SubmitMessageUseCase) private readonly submitMessage: SubmitMessageUseCase,
    @Inject(SuppressionsReader) private readonly suppressions: SuppressionsReader,
    @Inject(AccountsReader) private readonly accounts: AccountsReader,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * @param to a number as people write it; the text is filled with the columns of the first recipient
   * @throws DomainError campaigns.not_found | messages.destination_invalid | messages.text_* | credits.insufficient |
   *         idempotency.*
   */
  async execute(
    accountId: string,
    campaignId: string,
    to: string,
    request: IdempotentRequest,
  ): Promise<IdempotentAnswer<TestMessage>> {
    const destination = await this.#readDestination(accountId, to);
    return this.database.inAccount(accountId, (tx) =>
      runIdempotent(tx, request, async () => ({
        status: 202,
        body: await this.#send(tx, campaignId, destination),
      })),
    );
  }

  async #readDestination(accountId: string, raw: string): Promise<Destination> {
    const account = await this.accounts.find(accountId);
    const read = normalizePhoneNumber(raw, (account?.defaultCountry ?? 'TW') as CountryCode);
    if (read.ok) return read;
    const fields = [{ field: 'to', code: read.reason, message: PHONE_REFUSALS[read.reason] }];
    throw new DomainError('messages.destination_invalid', { fields });
  }

  async #send(
    tx: AccountTx,
    campaignId: string,
    to: { e164: string; country: string },
  ): Promise<TestMessage> {
    const campaign = await this.campaigns.find(tx, campaignId);
    if (!campaign) throw new DomainError('campaigns.not_found');
    const { accountId, listIds, sender } = campaign;
    if (await this.suppressions.isSuppressed(tx, accountId, to.e164)) throw suppressedDestination();
    const [sample] = await this.recipients.page(tx, { accountId, listIds, after: null, limit: 1 });
    const { text } = compileTemplate(campaign.body).render(sample?.variables ?? {});
    const prices = await this.prices.snapshot(tx, campaign.channel, this.clock.now());
    const { parts } = countParts(text);
    const price = requirePrice(prices, to.country) * BigInt(Math.max(1, parts));
    const key = newUuid();
    const { holdId } = await this.ledger.hold(tx, {
      accountId,
      amount: price,
      key: `test:${key}`,
      reference: { kind: 'message', id: key },
      expiresAt: new Date(this.clock.now().getTime() + HOLD_MS),
    });
    const { messageId } = await this.submitMessage.execute(tx, {
      accountId,
      lane: 'transactional',
      to: to.e164,
      sender,
      text,
      isSecret: false,
      validitySeconds: VALIDITY_SECONDS,
      hold: { holdId, price },
    });
    return { messageId: String(messageId), text, parts, millipoints: String(price) };
  }
}

/** Whoever asked to be left alone gets no test either. */
function suppressedDestination(): DomainError {
  const fields = [
    { field: 'to', code: 'suppressed', message: 'This number is suppressed: nothing may be sent to it.' },
  ];
  return new DomainError('messages.destination_invalid', { fields });
}
