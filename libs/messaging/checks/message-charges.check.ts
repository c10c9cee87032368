import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { createSqlCheck, LedgerChecks } from '#credits';

/**
 * Every captured or released point of a hold stands behind messages in an end state, and the other way round.
 * $1 account or null.
 */
const CHARGES_EQUAL_SETTLEMENTS = `
SELECT 'hold ' || h.id || ': messages captured ' || m.captured || ' and released ' || m.released
       || ' millipoints, the ledger ' || h.captured || ' and ' || h.released AS problem
  FROM holds h
  JOIN (SELECT b.hold_id,
               coalesce(sum(m.price) FILTER (WHERE m.settlement = 'captured'), 0) AS captured,
               coalesce(sum(m.price) FILTER (WHERE m.settlement = 'released'), 0) AS released
          FROM batches b JOIN messages m ON m.id >= b.id * 512 AND m.id < (b.id + 1) * 512
         WHERE b.hold_id IS NOT NULL AND ($1::uuid IS NULL OR b.account_id = $1)
         GROUP BY b.hold_id) m ON m.hold_id = h.id
 WHERE m.captured <> h.captured OR (h.status = 'open' AND m.released <> h.released)
    OR m.released > h.released`;

/** The counters of a batch are what its messages say. */
const COUNTERS_EQUAL_MESSAGES = `
SELECT 'batch ' || b.id || ': its counters differ from its messages' AS problem
  FROM batches b
  JOIN (SELECT id / 512 AS batch_id,
               count(*) FILTER (WHERE state = 'queued') AS queued,
               count(*) FILTER (WHERE state = 'accepted') AS accepted,
               count(*) FILTER (WHERE state = 'delivered') AS delivered,
               count(*) FILTER (WHERE state = 'refused') AS refused,
               count(*) FILTER (WHERE state = 'unknown') AS unknown,
               count(*) FILTER (WHERE settlement = 'open') AS open
          FROM messages WHERE $1::uuid IS NULL OR account_id = $1 GROUP BY 1) m ON m.batch_id = b.id
 WHERE (m.queued, m.accepted, m.delivered, m.refused, m.unknown)
       IS DISTINCT FROM (b.queued_count, b.accepted_count, b.delivered_count, b.refused_count, b.unknown_count)
    OR (b.state = 'closed' AND m.open > 0)`;

/** Adds to the ledger's proof what only messages know. */
@Injectable()
export class MessageChargesCheck implements OnModuleInit {
  constructor(@Inject(LedgerChecks) private readonly checks: LedgerChecks) {}

  onModuleInit(): void {
    this.checks.add(
      createSqlCheck({ name: 'message charges equal captures', sql: CHARGES_EQUAL_SETTLEMENTS }),
    );
    this.checks.add(createSqlCheck({ name: 'batch counters equal messages', sql: COUNTERS_EQUAL_MESSAGES }));
  }
}
