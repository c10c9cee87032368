import { Inject, Injectable } from '@nestjs/common';
import { RecipientsReader } from '#contacts';
import { Ledger, PriceSnapshot, type PriceSnapshotJson } from '#credits';
import { compileTemplate, DomainError } from '#domain';
import { BATCH_SIZE, ControlBatchesUseCase } from '#messaging';
import { Database, LOGGER, type Logger, type SystemTx } from '#platform';
import type { Campaign } from '../campaign.js';
import { CAMPAIGN_COLUMNS, CampaignRepository } from '../campaign.repository.js';
import { buildBatch, type BatchPlan, type BuiltBatch } from './batch-builder.js';

/** Recipients per transaction. Small enough that a pause is felt at once, large enough that commits do not count. */
const CHUNK = 5_000;
/** An expansion that says nothing for so long is taken over. */
const LEASE_SECONDS = 15;
const STATEMENT_TIMEOUT_MS = 60_000;

/** Recipients behind the last cursor, rendered and ready to be written in one transaction. */
interface PreparedChunk {
  batches: BuiltBatch[];
  cursor: string | null;
  isLast: boolean;
}

/**
 * Renders the recipients of a launched campaign into batches of messages. Each chunk commits together with the cursor
 * behind it, under an epoch: run again, after a crash or beside a run that was given up, it adds nothing twice.
 */
@Injectable()
export class ExpandCampaignUseCase {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(CampaignRepository) private readonly campaigns: CampaignRepository,
    @Inject(RecipientsReader) private readonly recipients: RecipientsReader,
    @Inject(ControlBatchesUseCase) private readonly batches: ControlBatchesUseCase,
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * @param campaignId uuid
   * @param signal stops between two chunks; the sweeper has the rest done later
   * @param onBatches called after each chunk: there is something to send
   */
  async execute(
    campaignId: string,
    signal: AbortSignal,
    onBatches: () => void = () => undefined,
  ): Promise<void> {
    const campaign = await this.#claim(campaignId);
    if (!campaign) return;
    const plan = toPlan(campaign);
    const size = batchSize(campaign);
    let next = this.#prepare(campaign, plan, size, campaign.expandCursor);
    while (!signal.aborted) {
      const chunk = await next;
      // The next chunk is read and rendered while this one is written.
      next = chunk.isLast ? next : this.#prepare(campaign, plan, size, chunk.cursor);
      next.catch(() => undefined);
      if (!(await this.#writeChunk(campaign, chunk, size))) break;
      onBatches();
      if (chunk.isLast) return;
    }
    // Stopped or paused: a resume need not wait until the claim has run out.
    await this.#giveUp(campaign);
  }

  async #claim(id: string): Promise<Campaign | undefined> {
    const [campaign] = await this.database.runSystemStatement<Campaign>(
      `UPDATE campaigns SET expand_epoch = expand_epoch + 1, expand_heartbeat_at = now()
        WHERE id = $1 AND state = 'sending' AND NOT is_expanded
          AND (expand_heartbeat_at IS NULL OR expand_heartbeat_at < now() - make_interval(secs => $2))
       RETURNING ${CAMPAIGN_COLUMNS}`,
      [id, LEASE_SECONDS],
    );
    return campaign;
  }

  /** Lets another worker take over at once. */
  async #giveUp({ id, expandEpoch }: Campaign): Promise<void> {
    await this.database.runSystemStatement(
      'UPDATE campaigns SET expand_heartbeat_at = NULL WHERE id = $1 AND expand_epoch = $2',
      [id, expandEpoch],
    );
  }

  /** Numbers of batches that are never written, after a crash, leave a gap and nothing else. */
  async #prepare(
    campaign: Campaign,
    plan: BatchPlan,
    size: number,
    after: string | null,
  ): Promise<PreparedChunk> {
    const { accountId, listIds } = campaign;
    const page = await this.database.inSystem((tx) =>
      this.recipients.page(tx, { accountId, listIds, after, limit: CHUNK }),
    );
    const ids = await this.database.runSystemStatement<{ id: bigint }>(
      `SELECT nextval('batch_ids') AS id FROM generate_series(1, $1::int)`,
      [Math.ceil(page.length / size)],
    );
    const batches = ids.map(({ id }, index) =>
      buildBatch(id, page.slice(index * size, (index + 1) * size), plan),
    );
    return { batches, cursor: page.at(-1)?.phone ?? after, isLast: page.length < CHUNK };
  }

  /** @returns false when there is nothing more to do here: paused, cancelled, taken over, or out of points */
  async #writeChunk(campaign: Campaign, chunk: PreparedChunk, size: number): Promise<boolean> {
    const { batches, cursor, isLast } = chunk;
    const price = batches.reduce((sum, batch) => sum + batch.price, 0n);
    return this.database.inSystem(
      async (tx) => {
        await tx.query('SAVEPOINT before_chunk');
        const row = await this.#advance(tx, campaign, { cursor, isLast, price });
        if (!row) return false;
        if (row.expandedPrice > row.held && !(await this.#holdMore(tx, campaign, row))) return false;
        await this.#insertBatches(tx, campaign, batches, size);
        await insertMessages(tx, campaign, batches);
        return true;
      },
      { statementTimeoutMs: STATEMENT_TIMEOUT_MS },
    );
  }

  /** Moves the cursor, as long as the claim stands and the campaign is still sending. Locks its row. */
  async #advance(
    tx: SystemTx,
    { id, expandEpoch }: Campaign,
    { cursor, isLast, price }: { cursor: string | null; isLast: boolean; price: bigint },
  ): Promise<{ expandedPrice: bigint; held: bigint } | undefined> {
    const [row] = await tx.query<{ expandedPrice: bigint; held: bigint }>(
      `UPDATE campaigns
          SET expand_cursor = $3, is_expanded = $4, expanded_price = expanded_price + $5,
              expand_heartbeat_at = CASE WHEN $4 THEN NULL ELSE now() END
        WHERE id = $1 AND expand_epoch = $2 AND state = 'sending' AND NOT is_expanded
       RETURNING expanded_price AS "expandedPrice", held`,
      [id, expandEpoch, cursor, isLast, price],
    );
    return row;
  }

  /**
   * The list has grown since the launch: more points are held, or the campaign pauses before this chunk exists.
   * @returns false when it paused; the transaction then carries the pause and nothing else
   */
  async #holdMore(
    tx: SystemTx,
    campaign: Campaign,
    { expandedPrice, held }: { expandedPrice: bigint; held: bigint },
  ): Promise<boolean> {
    const { id, accountId, holdId } = campaign;
    if (!holdId) throw new Error(`campaign ${id} was launched without a hold`);
    const amount = expandedPrice - held;
    try {
      await this.ledger.extendHold(tx, { accountId, holdId, amount, key: `campaign:${id}:${expandedPrice}` });
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'credits.insufficient') throw error;
      this.logger.warn({ campaignId: id }, 'campaign paused: its list grew beyond the points of the account');
      await this.#pauseBeforeChunk(tx, id);
      return false;
    }
    await tx.query('UPDATE campaigns SET held = $2 WHERE id = $1', [id, expandedPrice]);
    return true;
  }

  /** Takes the advance of #advance back: the cursor of the last committed chunk is where a resume begins. */
  async #pauseBeforeChunk(tx: SystemTx, id: string): Promise<void> {
    await tx.query('ROLLBACK TO SAVEPOINT before_chunk');
    await this.campaigns.setState(tx, id, 'paused', { pauseReason: 'credits.insufficient' });
    await this.batches.pause(tx, id);
  }

  async #insertBatches(
    tx: SystemTx,
    campaign: Campaign,
    built: readonly BuiltBatch[],
    size: number,
  ): Promise<void> {
    const { accountId, id, sender, holdId, undeliveredPolicy, onUnknown, ratePerSecond, validitySeconds } =
      campaign;
    const body = toPlan(campaign).sharedBody;
    const paceMs = ratePerSecond === null ? null : Math.max(1, Math.round((size / ratePerSecond) * 1000));
    await tx.query(INSERT_BATCHES, [
      built.map((batch) => batch.id),
      built.map((batch) => batch.size),
      built.map((batch) => batch.parts),
      built.map((batch) => batch.refused),
      accountId,
      id,
      sender,
      body,
      holdId,
      undeliveredPolicy,
      onUnknown === 'resend',
      paceMs,
      validitySeconds,
    ]);
  }
}

const INSERT_BATCHES = `
INSERT INTO batches (id, size, parts, queued_count, refused_count, state, closed_at, account_id, campaign_id, lane, sender,
                     body, hold_id, undelivered_policy, resend_unknown, pace_ms, valid_until)
SELECT b.id, b.size, b.parts, b.size - b.refused, b.refused,
       CASE WHEN b.size = b.refused THEN 'closed' ELSE 'ready' END::batch_state,
       CASE WHEN b.size = b.refused THEN now() END,
       $5, $6, 'bulk', $7, $8, $9, $10, $11, $12, now() + make_interval(secs => $13)
  FROM unnest($1::bigint[], $2::smallint[], $3::int[], $4::smallint[]) AS b(id, size, parts, refused)`;

async function insertMessages(
  tx: SystemTx,
  { accountId }: Campaign,
  built: readonly BuiltBatch[],
): Promise<void> {
  const columns = built.map(({ messages }) => messages);
  await tx.query(INSERT_MESSAGES, [
    accountId,
    columns.flatMap(({ ids }) => ids),
    columns.flatMap(({ recipients }) => recipients),
    columns.flatMap(({ bodies }) => bodies),
    columns.flatMap(({ parts }) => parts),
    columns.flatMap(({ prices }) => prices),
    columns.flatMap(({ problems }) => problems),
  ]);
}

/** Arrays instead of COPY, which PostgreSQL does not allow on tables with row-level security. */
const INSERT_MESSAGES = `
INSERT INTO messages (id, account_id, recipient, body, parts, price, error, state, settlement, final_at)
SELECT m.id, $1, m.recipient, m.body, m.parts, m.price, m.problem,
       CASE WHEN m.problem IS NULL THEN 'queued' ELSE 'refused' END::message_state,
       CASE WHEN m.problem IS NULL THEN 'open' ELSE 'released' END::settlement,
       CASE WHEN m.problem IS NOT NULL THEN now() END
  FROM unnest($2::bigint[], $3::text[], $4::text[], $5::smallint[], $6::bigint[], $7::text[])
    AS m(id, recipient, body, parts, price, problem)`;

function toPlan(campaign: Campaign): BatchPlan {
  const template = compileTemplate(campaign.body);
  const prices = PriceSnapshot.fromJson(campaign.prices as PriceSnapshotJson);
  return {
    accountId: campaign.accountId,
    template,
    sharedBody: template.variables.length === 0 ? template.render({}).text : null,
    priceOf: (country) => prices.priceOf(country),
  };
}

/** A campaign with a rate travels in batches of at most one second's worth, so that the rate is felt each second. */
function batchSize({ ratePerSecond }: Campaign): number {
  return ratePerSecond === null ? BATCH_SIZE : Math.min(BATCH_SIZE, ratePerSecond);
}
