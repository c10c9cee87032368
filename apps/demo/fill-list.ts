import type { ReadableStream as WebStream } from 'node:stream/web';
import { text } from 'node:stream/consumers';
import { parse } from 'csv-parse/sync';
import type { CustomerFile, ExpectedCounts } from './customer-file.js';
import { pollUntil } from './poll.js';
import type { StoryTools } from './story-tools.js';

/** Suppressions sent at the same time. */
const PARALLEL_SUPPRESSIONS = 8;

interface ImportView extends ExpectedCounts {
  id: string;
  status: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
}

export interface FilledList {
  listId: string;
  counts: ExpectedCounts;
  importSeconds: number;
}

/** Suppresses some numbers, uploads the customer list and compares what was counted with what the file holds. */
export async function fillList(tools: StoryTools, file: CustomerFile): Promise<FilledList> {
  const { client, narrator, findings } = tools;
  await narrator.step(
    'Customers who said no are suppressed',
    () => suppressAll(tools, file.suppressed),
    () => `${file.suppressed.length} numbers`,
  );
  const { id: listId } = await narrator.step('A contact list is made', () =>
    client.post<{ id: string }>('/v1/contact-lists', { json: { name: '會員名單 Members' } }),
  );
  const startedAt = performance.now();
  const megabytes = (file.content.length / 1e6).toFixed(2);
  const started = await narrator.step(
    'The customer list is uploaded',
    () => upload(tools, listId, file),
    () => `${megabytes} MB`,
  );
  const done = await narrator.step(
    'The list is imported',
    () => waitForImport(tools, started.id),
    ({ rows, accepted }) => `${rows} rows, ${accepted} accepted`,
  );
  const importSeconds = Math.round(performance.now() - startedAt) / 1000;
  const { rows, accepted, repaired, duplicates, suppressed, invalid } = done;
  const counts = { rows, accepted, repaired, duplicates, suppressed, invalid };
  findings.expectEqual('counts of the import', counts, file.counts);
  await narrator.step(
    'The refused rows are downloaded with their reasons',
    async () => {
      const reasons = await countReasons(tools, done.id);
      findings.expectEqual('refused rows by reason', reasons, file.invalidByReason);
      return reasons;
    },
    (reasons) => `${Object.keys(reasons).length} reasons`,
  );
  return { listId, counts, importSeconds };
}

async function suppressAll({ client }: StoryTools, numbers: readonly string[]): Promise<void> {
  const waiting = [...numbers];
  const work = async () => {
    for (let phone = waiting.pop(); phone !== undefined; phone = waiting.pop())
      await client.post('/v1/suppressions', { json: { phone } });
  };
  await Promise.all(Array.from({ length: PARALLEL_SUPPRESSIONS }, work));
}

function upload({ client }: StoryTools, listId: string, file: CustomerFile): Promise<{ id: string }> {
  const form = new FormData();
  form.append('file', new File([file.content], '會員名單.csv', { type: 'text/csv' }));
  return client.post(`/v1/contact-lists/${listId}/imports`, { form });
}

async function waitForImport({ client, narrator }: StoryTools, id: string): Promise<ImportView> {
  const ended = await pollUntil({
    what: 'the import',
    read: () => client.get<ImportView>(`/v1/imports/${id}`),
    isDone: ({ status }) => status !== 'queued' && status !== 'running',
    onState: ({ status, rows }) => narrator.showProgress(`${status}: ${rows} rows read`),
  });
  if (ended.status !== 'done')
    throw new Error(`The import ended as ${ended.status}: ${JSON.stringify(ended)}`);
  return ended;
}

async function countReasons({ client }: StoryTools, id: string): Promise<Record<string, number>> {
  const body = await client.download(`/v1/imports/${id}/rejected.csv`);
  const rows: { reason: string }[] = parse(await text(body as WebStream), { bom: true, columns: true });
  const counts: Record<string, number> = {};
  for (const { reason } of rows) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}
