import { CreditsReader, Ledger, LedgerChecks, TopUpCreditsUseCase, VerifyLedgerUseCase } from '#credits';
import { newUuid, type SubmitOutcome } from '#domain';
import { createLogger, SystemClock, type Database } from '#platform';
import { messageIdAt, messageIdRange, positionOf } from './batches/batch-limits.js';
import { BatchRepository, type Chunk, type ClaimedBatch } from './batches/batch.repository.js';
import { RecordOutcomesUseCase } from './batches/record-outcomes.use-case.js';
import { RecoverBatchesUseCase } from './batches/recover-batches.use-case.js';
import { MessageChargesCheck } from './checks/message-charges.check.js';
import { ApplyReceiptsUseCase, type FinalReceipt } from './receipts/apply-receipts.use-case.js';
import { MatchInboxUseCase } from './receipts/match-inbox.use-case.js';

export const LOGGER = createLogger('tests', 'silent');
/** Millipoints of one message unless a test says otherwise. */
export const PRICE = 1_000n;

export interface BatchOptions {
  accountId: string;
  size?: number;
  /** Parts of each message. */
  parts?: number;
  /** Millipoints of each message. */
  price?: bigint;
  lane?: 'otp' | 'transactional' | 'bulk';
  campaignId?: string;
  isSecret?: boolean;
  undeliveredPolicy?: 'capture' | 'release';
  resendsUnknown?: boolean;
  validitySeconds?: number;
  paceMs?: number;
}

/** A batch on its way to the carrier, as the worker that sends it holds it. */
export interface Sending extends Chunk {
  claim: ClaimedBatch;
}

/** Everything around messages that a worker has, without a carrier: the tests say what the carrier answered. */
export class MessagingDesk {
  readonly clock = new SystemClock();
  readonly ledger = new Ledger(this.clock);
  readonly batches: BatchRepository;
  readonly outcomes: RecordOutcomesUseCase;
  readonly receipts: ApplyReceiptsUseCase;
  readonly recover: RecoverBatchesUseCase;
  readonly inbox: MatchInboxUseCase;

  constructor(
    readonly database: Database,
    readonly gatewayId: number,
  ) {
    this.batches = new BatchRepository(database);
    this.outcomes = new RecordOutcomesUseCase(database, this.ledger);
    this.receipts = new ApplyReceiptsUseCase(database, this.ledger);
    this.recover = new RecoverBatchesUseCase(database, this.ledger, LOGGER);
    this.inbox = new MatchInboxUseCase(database, this.receipts, this.outcomes);
  }

  static async open(database: Database): Promise<MessagingDesk> {
    const [gateway] = await database.runSystemStatement<{ id: number }>(
      `INSERT INTO gateways (name) VALUES ('carrier') RETURNING id`,
    );
    return new MessagingDesk(database, gateway?.id ?? 0);
  }

  query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.database.runSystemStatement<Row>(sql, parameters);
  }

  /** @param points to spend, in millipoints */
  async openAccount(points = 1_000_000n): Promise<string> {
    const accountId = newUuid();
    await this.query(`INSERT INTO accounts (id, name, default_country) VALUES ($1, 'Lantern', 'TW')`, [
      accountId,
    ]);
    await new TopUpCreditsUseCase(this.database, this.ledger).execute({
      accountId,
      amount: points,
      key: 'first',
    });
    return accountId;
  }

  /** A batch of waiting messages to +886910000000, +886910000001 …, with their points held. */
  async createBatch(options: BatchOptions): Promise<bigint> {
    const { accountId, size = 1, parts = 1, price = PRICE, lane = 'bulk', validitySeconds = 3_600 } = options;
    return this.database.inSystem(async (tx) => {
      const [batch] = await tx.query<{ id: bigint }>(
        `INSERT INTO batches (account_id, lane, campaign_id, sender, body, undelivered_policy, resend_unknown, pace_ms,
                              valid_until, size, parts, queued_count)
         VALUES ($1, $2, $3, 'LANTERN', 'Hello', $4, $5, $6, now() + make_interval(secs => $7), $8, $9, $8) RETURNING id`,
        [
          accountId,
          lane,
          options.campaignId ?? null,
          options.undeliveredPolicy ?? 'capture',
          options.resendsUnknown ?? false,
          options.paceMs ?? null,
          validitySeconds,
          size,
          size * parts,
        ],
      );
      const id = batch?.id ?? 0n;
      await tx.query(
        `INSERT INTO messages (id, account_id, recipient, parts, price)
         SELECT $1 + place, $2, '+88691' || lpad(place::text, 7, '0'), $3, $4 FROM generate_series(0, $5::int - 1) AS place`,
        [messageIdRange(id).first, accountId, parts, price, size],
      );
      if (options.isSecret)
        await tx.query(
          `INSERT INTO message_secrets (message_id, account_id, sealed)
           SELECT id, account_id, 'sealed' FROM messages WHERE id >= $1 AND id < $2`,
          [messageIdRange(id).first, messageIdRange(id).end],
        );
      const { holdId } = await this.ledger.hold(tx, {
        accountId,
        amount: price * BigInt(size),
        key: `batch:${id}`,
        reference: { kind: 'campaign', id: String(id) },
        expiresAt: new Date(Date.now() + 86_400_000),
      });
      await tx.query('UPDATE batches SET hold_id = $2 WHERE id = $1', [id, holdId]);
      return id;
    });
  }

  /** Claims a batch and commits that all of it may be on the wire. */
  async begin(batchId: bigint): Promise<Sending> {
    const claim = await this.batches.claim(batchId, this.gatewayId);
    if (!claim) throw new Error(`batch ${batchId} cannot be claimed`);
    const messages = await this.batches.loadQueued(batchId);
    const [from, upto] = [positionOf(messages[0]?.id ?? 0n), positionOf(messages.at(-1)?.id ?? 0n) + 1];
    await this.batches.commitIntent(claim, from, upto);
    return { claim, messages, from, upto };
  }

  async record({ claim, ...chunk }: Sending, outcomes: readonly SubmitOutcome[]): Promise<void> {
    await this.outcomes.execute(claim, this.gatewayId, chunk, outcomes);
  }

  /** Sends a whole batch; the carrier answers so. */
  async send(batchId: bigint, outcomes: readonly SubmitOutcome[]): Promise<void> {
    const sending = await this.begin(batchId);
    await this.record(sending, outcomes);
    await this.batches.release(sending.claim, 0);
  }

  apply(...receipts: FinalReceipt[]): Promise<void> {
    return this.receipts.execute(this.gatewayId, receipts);
  }

  /** Lets time pass for one batch and what belongs to it. */
  async age(batchId: bigint, seconds: number): Promise<void> {
    const { first, end } = messageIdRange(batchId);
    const interval = 'make_interval(secs => $2)';
    await this.query(
      `UPDATE batches SET heartbeat_at = heartbeat_at - ${interval}, queued_at = queued_at - ${interval},
              valid_until = valid_until - ${interval}, not_before = not_before - ${interval} WHERE id = $1`,
      [batchId, seconds],
    );
    await this.query(
      'UPDATE unresolved_submissions SET since = since - make_interval(secs => $3) WHERE message_id >= $1 AND message_id < $2',
      [first, end, seconds],
    );
    await this.query('UPDATE receipt_inbox SET received_at = received_at - make_interval(secs => $1)', [
      seconds,
    ]);
  }

  /** Takes away what earlier tests left in doubt: it may concern the same phones. */
  async forgetDoubts(): Promise<void> {
    await this.query('DELETE FROM unresolved_submissions WHERE is_settled');
    await this.query('DELETE FROM receipt_inbox');
  }

  /** State and non-zero counters of a batch. */
  async showBatch(batchId: bigint): Promise<Record<string, unknown>> {
    const [row] = await this.query<Record<string, unknown>>(
      `SELECT state, queued_count AS queued, accepted_count AS accepted, delivered_count AS delivered,
              undelivered_count AS undelivered, expired_count AS expired, refused_count AS refused,
              cancelled_count AS cancelled, unknown_count AS unknown, unconfirmed_count AS unconfirmed,
              unresolved_count AS unresolved, closed_at IS NOT NULL AS "hasEnd"
         FROM batches WHERE id = $1`,
      [batchId],
    );
    const { hasEnd, ...rest } = row ?? {};
    if (hasEnd !== (rest.state === 'closed')) throw new Error(`batch ${batchId}: state and end differ`);
    return Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== 0));
  }

  /** State and settlement of each message, in order. */
  async showMessages(batchId: bigint): Promise<string[]> {
    const { first, end } = messageIdRange(batchId);
    const rows = await this.query<{ state: string; settlement: string }>(
      'SELECT state, settlement FROM messages WHERE id >= $1 AND id < $2 ORDER BY id',
      [first, end],
    );
    return rows.map(({ state, settlement }) => `${state} ${settlement}`);
  }

  /** Millipoints: spendable, held. */
  async balance(accountId: string): Promise<[bigint, bigint]> {
    const { available, held } = await this.database.inAccount(accountId, (tx) =>
      new CreditsReader(this.clock).balance(tx, accountId),
    );
    return [available, held];
  }

  async countInbox(): Promise<number> {
    return (await this.query('SELECT FROM receipt_inbox')).length;
  }

  /** Rows that belong to the messages of one batch. */
  async countRows(table: 'message_secrets' | 'unresolved_submissions', batchId: bigint): Promise<number> {
    const { first, end } = messageIdRange(batchId);
    return (await this.query(`SELECT FROM ${table} WHERE message_id >= $1 AND message_id < $2`, [first, end]))
      .length;
  }

  /** What the ledger's verifier and the checks of messages find. */
  async findProblems(): Promise<string[]> {
    const checks = new LedgerChecks();
    new MessageChargesCheck(checks).onModuleInit();
    return (await new VerifyLedgerUseCase(this.database, checks, this.clock).execute()).problems;
  }
}

export const accepted = (...providerIds: string[]): SubmitOutcome => ({ kind: 'accepted', providerIds });
export const refused: SubmitOutcome = { kind: 'refused', code: 'smpp.ESME_RINVDSTADR' };
export const unknown: SubmitOutcome = { kind: 'unknown', code: 'smpp.unanswered' };
export const deferred: SubmitOutcome = { kind: 'deferred', code: 'smpp.ESME_RMSGQFUL', retryAfterMs: 1_000 };

/** @param place of the recipient, see createBatch */
export const receiptOf = (
  providerId: string,
  state: FinalReceipt['state'] = 'delivered',
  place: number | null = null,
): FinalReceipt => ({
  providerId,
  state,
  detail: state === 'delivered' ? null : `${state} 012`,
  recipient: place === null ? null : `+88691${String(place).padStart(7, '0')}`,
});

export const messageOf = (batchId: bigint, place: number): bigint => messageIdAt(batchId, place);
