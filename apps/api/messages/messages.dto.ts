import { z } from 'zod';
import { formatId, formatMessageId, formatPoints, MESSAGE_STATES } from '#domain';
import type { MessageView, PartView } from '#messaging';

const messageFields = {
  id: z.string().meta({ example: 'msg_000000000jc81' }),
  campaignId: z.string().nullable(),
  to: z.string(),
  sender: z.string().nullable(),
  body: z.string().nullable(),
  parts: z.number().int(),
  points: z.string().meta({ description: 'Price of the message, a decimal string' }),
  settlement: z
    .enum(['open', 'captured', 'released'])
    .meta({ description: 'open: held · captured: charged · released: given back' }),
  status: z.enum(MESSAGE_STATES),
  error: z.string().nullable(),
  createdAt: z.string(),
  submittedAt: z.string().nullable(),
  acceptedAt: z.string().nullable(),
  finalAt: z.string().nullable(),
};

export const messageView = z.object(messageFields).meta({ id: 'Message' });

const timelineEntry = z
  .object({
    at: z.string(),
    event: z.enum([
      'created',
      'submitted',
      'accepted',
      'part.delivered',
      'part.undelivered',
      'part.expired',
      'ended',
    ]),
    part: z.number().int().nullable(),
    detail: z.string().nullable(),
  })
  .meta({ id: 'MessageTimelineEntry' });

export const messageDetailView = z
  .object({ ...messageFields, timeline: z.array(timelineEntry) })
  .meta({ id: 'MessageDetail' });

export function presentMessage(message: MessageView): z.input<typeof messageView> {
  return {
    id: formatMessageId(message.id),
    campaignId: message.campaignId ? formatId('cmp', message.campaignId) : null,
    to: message.recipient,
    sender: message.sender,
    body: message.body,
    parts: message.parts,
    points: formatPoints(message.price),
    settlement: message.settlement,
    status: message.state,
    error: message.error,
    createdAt: message.createdAt.toISOString(),
    submittedAt: toText(message.submittedAt),
    acceptedAt: toText(message.acceptedAt),
    finalAt: toText(message.finalAt),
  };
}

/** What happened to a message, oldest first. */
export function presentDetail(
  message: MessageView & { timeline: PartView[] },
): z.input<typeof messageDetailView> {
  const own = (
    [
      ['created', message.createdAt],
      ['submitted', message.submittedAt],
      ['accepted', message.acceptedAt],
      ['ended', message.finalAt],
    ] as const
  ).flatMap(([event, at]) => (at ? [{ at: at.toISOString(), event, part: null, detail: null }] : []));
  const parts = message.timeline.flatMap(({ part, receipt, receiptAt, receiptDetail }) =>
    receipt && receiptAt
      ? [{ at: receiptAt.toISOString(), event: `part.${receipt}` as const, part, detail: receiptDetail }]
      : [],
  );
  const timeline = [...own, ...parts].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  return { ...presentMessage(message), timeline };
}

const toText = (time: Date | null): string | null => time?.toISOString() ?? null;
