import { Inject, Injectable } from '@nestjs/common';
import { Database, LOGGER, Outbox, type Logger } from '#platform';

/** A campaign that missed its time by more than this is not sent by surprise: somebody has to say so (rule §2.5). */
export const LATE_GRACE_MINUTES = 60;
/** Expansions without a sign of life for so long are called again. */
const EXPANSION_SILENCE_SECONDS = 20;

/** The clock of scheduled campaigns. Every worker may run it at any time: rows are claimed by their state. */
@Injectable()
export class StartDueCampaignsUseCase {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async execute(): Promise<void> {
    await this.#pauseMissed();
    await this.database.inSystem(async (tx) => {
      const due = await tx.query<{ id: string }>(
        `UPDATE campaigns SET state = 'sending', started_at = now()
          WHERE id IN (SELECT id FROM campaigns WHERE state = 'scheduled' AND schedule_at <= now()
                        ORDER BY schedule_at LIMIT 50 FOR UPDATE SKIP LOCKED)
         RETURNING id`,
      );
      for (const { id } of due)
        await this.outbox.add(tx, { name: 'campaigns.expand', payload: { v: 1, campaignId: id } });
    });
  }

  /** Expansions that stopped half way: their job was lost, or their worker died. */
  async requeueExpansions(): Promise<void> {
    await this.database.inSystem(async (tx) => {
      const silent = await tx.query<{ id: string }>(
        `SELECT id FROM campaigns
          WHERE launched_at IS NOT NULL AND finished_at IS NULL AND state = 'sending' AND NOT is_expanded
            AND coalesce(expand_heartbeat_at, started_at) < now() - make_interval(secs => $1)
          FOR UPDATE SKIP LOCKED`,
        [EXPANSION_SILENCE_SECONDS],
      );
      for (const { id } of silent)
        await this.outbox.add(tx, { name: 'campaigns.expand', payload: { v: 1, campaignId: id } });
    });
  }

  async #pauseMissed(): Promise<void> {
    const missed = await this.database.runSystemStatement<{ id: string }>(
      `UPDATE campaigns SET state = 'paused', pause_reason = 'schedule.missed', paused_at = now()
        WHERE state = 'scheduled' AND schedule_at < now() - make_interval(mins => $1)
       RETURNING id`,
      [LATE_GRACE_MINUTES],
    );
    for (const { id } of missed)
      this.logger.warn({ campaignId: id }, 'campaign missed its time; it waits for a person');
  }
}
