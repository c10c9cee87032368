import { z } from 'zod';
import type { Balance, LedgerEntry } from '#credits';
import { formatId, formatPoints } from '#domain';
import { momentField, pointsField } from '../http/fields.js';
import { pageOf } from '../http/paging.js';

export const balanceView = z
  .object({ available: pointsField, held: pointsField, granted: pointsField, paid: pointsField })
  .meta({ id: 'Credits', description: 'available = granted + paid; held points are apart' });

export const entryView = z
  .object({
    id: z.string(),
    sequence: z.string().meta({ description: '1, 2, 3 … without gaps' }),
    kind: z.enum(['grant', 'top_up', 'hold', 'capture', 'release', 'expiry', 'adjustment']),
    amount: pointsField,
    availableAfter: pointsField,
    heldAfter: pointsField,
    reference: z.object({ kind: z.string(), id: z.string() }).nullable(),
    reason: z.string().nullable(),
    createdAt: momentField,
  })
  .meta({ id: 'LedgerEntry' });

export const entriesView = pageOf(entryView);

export const presentBalance = (balance: Balance): z.input<typeof balanceView> => ({
  available: formatPoints(balance.available),
  held: formatPoints(balance.held),
  granted: formatPoints(balance.granted),
  paid: formatPoints(balance.paid),
});

export const presentEntry = (entry: LedgerEntry): z.input<typeof entryView> => ({
  id: formatId('ent', entry.id),
  sequence: String(entry.sequence),
  kind: entry.kind,
  amount: formatPoints(entry.amount),
  availableAfter: formatPoints(entry.availableAfter),
  heldAfter: formatPoints(entry.heldAfter),
  reference:
    entry.referenceKind === null || entry.referenceId === null
      ? null
      : { kind: entry.referenceKind, id: entry.referenceId },
  reason: entry.reason,
  createdAt: entry.createdAt.toISOString(),
});
