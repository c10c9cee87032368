import { z } from 'zod';
import {
  DEFAULT_VALIDITY_SECONDS,
  MAX_BODY_LENGTH,
  MAX_LISTS,
  MAX_NAME_LENGTH,
  MAX_RATE_PER_SECOND,
  parseScheduleTime,
  type Campaign,
  type CampaignProgress,
  type DraftFields,
} from '#campaigns';
import { DomainError, formatId, formatPoints, parseId } from '#domain';

const MAX_VALIDITY_SECONDS = 7 * 86_400;

const listId = z.string().meta({ example: 'lst_01k2m8z5t3e8s9r4q7w6x5y4z3' });

const draftFields = {
  name: z.string().trim().min(1).max(MAX_NAME_LENGTH),
  listIds: z
    .array(listId)
    .min(1)
    .max(MAX_LISTS)
    .meta({ description: 'A number in several lists gets one message' }),
  body: z.string().min(1).max(MAX_BODY_LENGTH).meta({
    description: 'Text with {{variables}} named after the columns of the lists',
    example: 'Hi {{name|friend}}!',
  }),
  sender: z
    .string()
    .trim()
    .min(1)
    .max(16)
    .nullable()
    .meta({ description: '3–15 digits or up to 11 letters' }),
  channel: z.enum(['sms', 'mms']),
  scheduleAt: z.string().max(40).nullable().meta({
    description: 'An instant with its offset, or a local time together with timeZone',
    example: '2026-12-01T09:00:00+08:00',
  }),
  timeZone: z.string().max(64).meta({ example: 'Asia/Taipei' }),
  ratePerSecond: z.number().int().min(1).max(MAX_RATE_PER_SECOND).nullable(),
  onUnknown: z
    .enum(['leave', 'resend'])
    .meta({ description: 'Whether submissions without an answer are sent again' }),
  validitySeconds: z.number().int().min(60).max(MAX_VALIDITY_SECONDS),
};

export const createCampaignBody = z
  .strictObject({
    ...draftFields,
    sender: draftFields.sender.default(null),
    channel: draftFields.channel.default('sms'),
    scheduleAt: draftFields.scheduleAt.default(null),
    timeZone: draftFields.timeZone.optional(),
    ratePerSecond: draftFields.ratePerSecond.default(null),
    onUnknown: draftFields.onUnknown.default('leave'),
    validitySeconds: draftFields.validitySeconds.default(DEFAULT_VALIDITY_SECONDS),
  })
  .meta({ id: 'CreateCampaign' });
export type CreateCampaignBody = z.output<typeof createCampaignBody>;

export const updateCampaignBody = z.strictObject(draftFields).partial().meta({ id: 'UpdateCampaign' });
export type UpdateCampaignBody = z.output<typeof updateCampaignBody>;

export const rescheduleBody = z
  .strictObject({ scheduleAt: draftFields.scheduleAt.unwrap(), timeZone: draftFields.timeZone.optional() })
  .meta({ id: 'RescheduleCampaign' });
export type RescheduleBody = z.output<typeof rescheduleBody>;

const statuses = ['draft', 'scheduled', 'sending', 'paused', 'cancelled', 'done'] as const;
const count = z.number().int();

const countersView = z
  .object({
    queued: count,
    submitting: count,
    accepted: count,
    delivered: count,
    undelivered: count,
    expired: count,
    refused: count,
    cancelled: count,
    unknown: count,
    unconfirmed: count,
  })
  .meta({ id: 'CampaignCounters' });

const campaignFields = {
  id: z.string(),
  name: z.string(),
  status: z.enum(statuses),
  pauseReason: z.string().nullable(),
  listIds: z.array(z.string()),
  body: z.string(),
  sender: z.string().nullable(),
  channel: z.enum(['sms']),
  scheduleAt: z.string().nullable(),
  ratePerSecond: count.nullable(),
  onUnknown: z.enum(['leave', 'resend']),
  validitySeconds: count,
  createdAt: z.string(),
  launchedAt: z.string().nullable(),
  startedAt: z.string().nullable(),
  finishedAt: z
    .string()
    .nullable()
    .meta({ description: 'When no message was open any more and the hold was closed' }),
};

export const campaignView = z.object(campaignFields).meta({ id: 'Campaign' });
export const campaignProgressView = z
  .object({
    ...campaignFields,
    messages: count.meta({ description: 'Messages expanded so far' }),
    parts: count,
    counters: countersView,
    points: z
      .object({ held: z.string(), captured: z.string(), released: z.string() })
      .meta({ id: 'CampaignPoints', description: 'Decimal strings; held is what is still reserved' }),
  })
  .meta({ id: 'CampaignProgress' });

/** Draft fields of a request body. @throws DomainError contacts.list_not_found | campaigns.channel_unavailable | campaigns.schedule_invalid */
export function readDraft({ timeZone, ...body }: CreateCampaignBody): DraftFields {
  return { ...body, ...readSpecialFields(body, timeZone) };
}

/** The same for a change of some fields. */
export function readDraftChanges({ timeZone, ...body }: UpdateCampaignBody): Partial<DraftFields> {
  const { name, body: text, sender, ratePerSecond, onUnknown, validitySeconds } = body;
  const plain = { name, body: text, sender, ratePerSecond, onUnknown, validitySeconds };
  const given = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined));
  return { ...given, ...readSpecialFields(body, timeZone) };
}

interface SpecialFields {
  listIds: string[];
  channel: 'sms';
  scheduleAt: Date | null;
}

function readSpecialFields(body: CreateCampaignBody, timeZone: string | undefined): SpecialFields;
function readSpecialFields(body: UpdateCampaignBody, timeZone: string | undefined): Partial<SpecialFields>;
function readSpecialFields(
  { listIds, channel, scheduleAt }: UpdateCampaignBody,
  timeZone: string | undefined,
): Partial<SpecialFields> {
  if (channel === 'mms') {
    const message = 'Only sms can be sent so far.';
    throw new DomainError('campaigns.channel_unavailable', { fields: [{ field: 'channel', message }] });
  }
  return {
    ...(listIds ? { listIds: listIds.map(readListId) } : {}),
    ...(channel ? { channel } : {}),
    ...(scheduleAt === undefined
      ? {}
      : { scheduleAt: scheduleAt === null ? null : parseScheduleTime(scheduleAt, timeZone) }),
  };
}

function readListId(id: string, index: number): string {
  const uuid = parseId('lst', id);
  if (uuid !== null) return uuid;
  const field = `listIds[${index}]`;
  throw new DomainError('contacts.list_not_found', {
    fields: [{ field, message: 'There is no such contact list.' }],
  });
}

export function presentCampaign(campaign: Campaign): z.input<typeof campaignView> {
  return {
    id: formatId('cmp', campaign.id),
    name: campaign.name,
    status: campaign.state,
    pauseReason: campaign.pauseReason,
    listIds: campaign.listIds.map((id) => formatId('lst', id)),
    body: campaign.body,
    sender: campaign.sender,
    channel: campaign.channel,
    scheduleAt: toText(campaign.scheduleAt),
    ratePerSecond: campaign.ratePerSecond,
    onUnknown: campaign.onUnknown,
    validitySeconds: campaign.validitySeconds,
    createdAt: campaign.createdAt.toISOString(),
    launchedAt: toText(campaign.launchedAt),
    startedAt: toText(campaign.startedAt),
    finishedAt: toText(campaign.finishedAt),
  };
}

export function presentProgress({
  campaign,
  totals,
  points,
}: CampaignProgress): z.input<typeof campaignProgressView> {
  return {
    ...presentCampaign(campaign),
    messages: totals.messages,
    parts: totals.parts,
    counters: totals.counts,
    points: {
      held: formatPoints(points.held),
      captured: formatPoints(points.captured),
      released: formatPoints(points.released),
    },
  };
}

const toText = (time: Date | null): string | null => time?.toISOString() ?? null;
