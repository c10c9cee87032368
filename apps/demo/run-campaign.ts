import { randomUUID } from 'node:crypto';
import { SENDER, writeBody } from './broadcast-text.js';
import type { ExpectedMessage } from './expected-messages.js';
import { readPoints, writePoints } from './millipoints.js';
import { pollUntil } from './poll.js';
import type { StoryTools } from './story-tools.js';

export type Counters = Record<string, number>;

export interface CampaignView {
  id: string;
  status: 'draft' | 'scheduled' | 'sending' | 'paused' | 'cancelled' | 'done';
  messages: number;
  parts: number;
  counters: Counters;
  points: { held: string; captured: string; released: string };
  launchedAt: string | null;
  finishedAt: string | null;
}

interface Preview {
  recipients: number;
  dropped: { duplicates: number; suppressed: number; unsendable: number };
  partsPerRecipient: Record<string, number>;
  parts: number;
  destinations: { points: string }[];
  points: string;
  balance: { available: string; after: string; isSufficient: boolean };
  samples: { recipient: string; text: string; parts: number }[];
  missingVariables: { recipients: number };
}

/** Writes the draft. @returns its id */
export async function draftCampaign(
  { client, narrator }: StoryTools,
  listId: string,
  coupon: string,
): Promise<string> {
  const { id } = await narrator.step('A broadcast is drafted', () =>
    client.post<{ id: string }>('/v1/campaigns', {
      json: { name: '點數到期通知', listIds: [listId], body: writeBody(coupon), sender: SENDER },
    }),
  );
  return id;
}

/** Reads the preview and holds every line of it against our own count. @returns the points it announces */
export async function previewCampaign(
  { client, narrator, findings }: StoryTools,
  id: string,
  expected: ReadonlyMap<string, ExpectedMessage>,
): Promise<string> {
  const preview = await narrator.step(
    'The preview says what it will cost',
    () => client.post<Preview>(`/v1/campaigns/${id}/preview`),
    ({ recipients, parts, points }) => `${recipients} recipients, ${parts} parts, ${points} points`,
  );
  findings.expectEqual('recipients of the preview', preview.recipients, expected.size);
  findings.expectEqual('dropped in the preview', preview.dropped, {
    duplicates: 0,
    suppressed: 0,
    unsendable: 0,
  });
  findings.expectEqual(
    'parts per recipient in the preview',
    preview.partsPerRecipient,
    countByParts(expected),
  );
  findings.expectEqual('parts of the preview', preview.parts, sumParts(expected));
  findings.expectEqual('recipients without a variable', preview.missingVariables.recipients, 0);
  const total = preview.destinations.reduce((sum, { points }) => sum + readPoints(points), 0n);
  findings.expectEqual('points by destination, added up', writePoints(total), preview.points);
  const after = readPoints(preview.balance.available) - readPoints(preview.points);
  findings.expectEqual('balance after the broadcast', preview.balance.after, writePoints(after));
  findings.expectEqual('balance suffices', preview.balance.isSufficient, true);
  for (const { recipient, text, parts } of preview.samples)
    findings.expectEqual(`sample of ${recipient}`, { text, parts }, expected.get(recipient));
  return preview.points;
}

/** Sends the text to the phone of the business itself and waits until it is there and settled. @returns its price */
export async function sendTest(
  { client, phones, narrator, findings }: StoryTools,
  id: string,
  phone: string,
): Promise<string> {
  const test = await narrator.step(
    'A test goes to the own phone',
    async () => {
      const sent = await client.post<{ messageId: string; text: string; parts: number; points: string }>(
        `/v1/campaigns/${id}/test`,
        { json: { to: phone }, idempotencyKey: randomUUID() },
      );
      const { from, parts } = await phones.waitForMessage(phone, ({ body }) => body === sent.text);
      findings.expectEqual(
        'sender and parts of the test',
        { from, parts },
        { from: SENDER, parts: sent.parts },
      );
      await pollUntil({
        what: 'the receipt of the test',
        read: () => client.get<{ status: string; settlement: string }>(`/v1/messages/${sent.messageId}`),
        isDone: ({ status, settlement }) => status === 'delivered' && settlement === 'captured',
      });
      return sent;
    },
    ({ parts, points }) => `${parts} parts, ${points} points`,
  );
  return test.points;
}

/** Launches twice with one key: the points must be held once. */
export async function launchCampaign(
  { client, narrator, findings }: StoryTools,
  id: string,
  points: string,
): Promise<void> {
  const path = `/v1/campaigns/${id}/launch`;
  const idempotencyKey = randomUUID();
  const first = await narrator.step(
    'The broadcast is launched',
    () => client.send<{ status: string; points: string }>('POST', path, { idempotencyKey }),
    ({ body }) => `${body.points} points held`,
  );
  findings.expectEqual('points held', first.body.points, points);
  await narrator.step(
    'The launch is sent again with the same key',
    async () => {
      const again = await client.send('POST', path, { idempotencyKey });
      findings.expectEqual('launch replayed', again.headers.get('idempotent-replayed'), 'true');
      findings.expectEqual('answer of the replayed launch', again.body, first.body);
      const { data } = await client.get<{ data: { kind: string; reference: { id: string } | null }[] }>(
        '/v1/credits/entries?limit=200',
      );
      const holds = data.filter(({ kind, reference }) => kind === 'hold' && reference?.id === id);
      findings.expectEqual('holds of the broadcast in the ledger', holds.length, 1);
    },
    () => 'one hold',
  );
}

/** Watches the counters until no message is open. */
export function followCampaign(
  { client, narrator }: StoryTools,
  id: string,
  recipients: number,
): Promise<CampaignView> {
  return narrator.step(
    'The broadcast is sent and its receipts arrive',
    () =>
      pollUntil({
        what: 'the end of the broadcast',
        read: () => client.get<CampaignView>(`/v1/campaigns/${id}`),
        isDone: ({ status }) => status === 'done' || status === 'cancelled',
        onState: ({ status, counters }) =>
          narrator.showProgress(describeProgress(status, counters, recipients)),
      }),
    ({ status, messages }) => `${messages} messages, ${status}`,
  );
}

function describeProgress(status: string, counters: Counters, recipients: number): string {
  const states = Object.entries(counters).filter(([, count]) => count > 0);
  const share = Math.floor(((counters['delivered'] ?? 0) / recipients) * 100);
  return `${status} ${String(share).padStart(3)} %  ${states.map(([state, count]) => `${state} ${count}`).join('  ')}`;
}

function countByParts(expected: ReadonlyMap<string, ExpectedMessage>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { parts } of expected.values()) counts[parts] = (counts[parts] ?? 0) + 1;
  return counts;
}

export const sumParts = (expected: ReadonlyMap<string, ExpectedMessage>): number =>
  [...expected.values()].reduce((sum, { parts }) => sum + parts, 0);
