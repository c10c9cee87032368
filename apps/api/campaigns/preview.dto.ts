import { z } from 'zod';
import type { CampaignEstimate, DraftFields, Launched, TestMessage } from '#campaigns';
import { formatMessageId, formatPoints } from '#domain';

const count = z.number().int();
const points = z.string().meta({ description: 'Points, a decimal string', example: '12.5' });

export const previewView = z
  .object({
    recipients: count.meta({ description: 'Distinct numbers that will get a message' }),
    dropped: z.object({ duplicates: count, suppressed: count, unsendable: count }),
    encodings: z.object({ gsm7: count, ucs2: count }),
    partsPerRecipient: z.record(z.string(), count).meta({ example: { 1: 900, 2: 100 } }),
    parts: count,
    destinations: z.array(z.object({ country: z.string(), recipients: count, parts: count, points })),
    points,
    balance: z.object({ available: points, after: points, isSufficient: z.boolean() }),
    finish: z.object({ ratePerSecond: count, seconds: count, at: z.string() }),
    samples: z.array(
      z.object({ recipient: z.string(), text: z.string(), parts: count, encoding: z.string() }),
    ),
    firstUcs2Character: z
      .object({ character: z.string(), replacement: z.string().nullable() })
      .nullable()
      .meta({
        description: 'The one character that makes the text UCS-2, and what could stand in its place',
      }),
    missingVariables: z.object({
      recipients: count,
      names: z.array(z.string()),
      examples: z.array(z.string()),
    }),
  })
  .meta({ id: 'CampaignPreview' });

/** Used for the finish time when a campaign has no rate of its own: what a worker with one carrier does at least. */
const ASSUMED_RATE_PER_SECOND = 1_000;

/**
 * @param available millipoints of the account
 * @param draft start and rate of the campaign
 */
export function presentPreview(
  estimate: CampaignEstimate,
  available: bigint,
  draft: Pick<DraftFields, 'scheduleAt' | 'ratePerSecond'>,
  now: Date,
): z.input<typeof previewView> {
  const { millipoints, destinations, ...rest } = estimate;
  const after = available - BigInt(millipoints);
  const ratePerSecond = draft.ratePerSecond ?? ASSUMED_RATE_PER_SECOND;
  const seconds = Math.ceil(estimate.recipients / ratePerSecond);
  const start = Math.max(now.getTime(), draft.scheduleAt?.getTime() ?? 0);
  return {
    ...rest,
    points: formatPoints(BigInt(millipoints)),
    destinations: destinations.map(({ millipoints: price, ...one }) => ({
      ...one,
      points: formatPoints(BigInt(price)),
    })),
    balance: { available: formatPoints(available), after: formatPoints(after), isSufficient: after >= 0n },
    finish: { ratePerSecond, seconds, at: new Date(start + seconds * 1000).toISOString() },
  };
}

export const testBody = z
  .strictObject({ to: z.string().min(1).max(40).meta({ example: '0912345678' }) })
  .meta({ id: 'SendTestMessage' });
export type TestBody = z.output<typeof testBody>;

export const testView = z
  .object({ messageId: z.string(), text: z.string(), parts: count, points })
  .meta({ id: 'TestMessage' });

export function presentTest({ messageId, text, parts, millipoints }: TestMessage): z.input<typeof testView> {
  return {
    messageId: formatMessageId(BigInt(messageId)),
    text,
    parts,
    points: formatPoints(BigInt(millipoints)),
  };
}

export const launchView = z
  .object({ id: z.string(), status: z.enum(['scheduled', 'sending']), recipients: count, points })
  .meta({ id: 'LaunchedCampaign' });

export function presentLaunch(
  id: string,
  { status, recipients, held }: Launched,
): z.input<typeof launchView> {
  return { id, status, recipients, points: formatPoints(BigInt(held)) };
}
