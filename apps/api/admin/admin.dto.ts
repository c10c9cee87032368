import { z } from 'zod';
import type { ListedAccount } from '#accounts';
import { balanceView } from '../credits/credits.dto.js';
import { lineOfText, momentField, pointsField } from '../http/fields.js';
import { pageOf, pageQueryFields } from '../http/paging.js';
import { accountView, presentAccount } from '../sign-up/auth.dto.js';

export const accountsQuery = z.strictObject({
  ...pageQueryFields,
  search: z
    .string()
    .trim()
    .max(200)
    .regex(/^\P{Cc}*$/u, 'Control characters are not allowed here.')
    .default('')
    .meta({ description: 'Part of a name, an e-mail address or a phone number' }),
});
export type AccountsQuery = z.output<typeof accountsQuery>;

/** The place after the last account of a page. */
export const accountCursor = z.object({
  createdAt: z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d)?$/),
  id: z.uuid(),
});

export const listedAccountView = accountView
  .extend({ emails: z.array(z.string()).meta({ description: 'Of its first members' }) })
  .meta({ id: 'ListedAccount' });
export const accountsView = pageOf(listedAccountView);

export const presentListedAccount = (account: ListedAccount) => ({
  ...presentAccount(account),
  emails: account.emails,
});

export const addCreditsBody = z
  .strictObject({
    points: z
      .union([z.string().max(40), z.number()])
      .meta({ description: 'Decimal string or whole number; an adjustment may be negative', example: '500' }),
    kind: z.enum(['grant', 'top_up', 'adjustment']),
    reason: lineOfText(500),
  })
  .meta({ id: 'AddCredits' });
export type AddCreditsBody = z.output<typeof addCreditsBody>;

export const addedCreditsView = z
  .object({
    entryId: z.string(),
    kind: z.enum(['grant', 'top_up', 'adjustment']),
    points: pointsField,
    credits: balanceView,
  })
  .meta({ id: 'AddedCredits' });

export const ledgerReportView = z
  .object({ at: momentField, isBalanced: z.boolean(), problems: z.array(z.string()) })
  .meta({ id: 'LedgerReport' });

const jobCounts = z.record(z.string(), z.int());
export const healthView = z
  .object({
    status: z.enum(['up', 'degraded']),
    database: z.enum(['up', 'down']),
    queues: z
      .record(z.string(), jobCounts)
      .nullable()
      .meta({ description: 'Jobs by lane and state; null when down' }),
    ledger: ledgerReportView.nullable().meta({ description: 'The last verification; null before the first' }),
  })
  .meta({ id: 'Health' });
