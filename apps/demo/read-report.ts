import { parse } from 'csv-parse';
import { Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';
import type { ExpectedMessage } from './expected-messages.js';
import { readPoints } from './millipoints.js';
import type { StoryTools } from './story-tools.js';

interface ReportRow {
  recipient: string;
  state: string;
  parts: string;
  points: string;
  submittedAt: string;
  acceptedAt: string;
  finalAt: string;
  text: string;
}

/** A line with fewer cells than the header has. */
interface TornRow {
  text?: undefined;
}

export interface ReportFigures {
  states: Record<string, number>;
  parts: number;
  /** Millipoints charged. */
  charged: bigint;
  /** Submitted messages by the time from the first submission to the last answer. */
  submittedPerSecond: number;
  /** All messages by the time from the launch to the last receipt. */
  endToEndPerSecond: number;
  receiptDelayMs: { p50: number; p95: number };
}

/** States that a receipt has proven. */
const RECEIPT_STATES = new Set(['delivered', 'undelivered', 'expired']);

/** Downloads the report, holds each row against what that recipient must get, and takes the times from it. */
export function readReport(
  { client, narrator, findings }: StoryTools,
  campaign: { id: string; launchedAt: string | null },
  expected: ReadonlyMap<string, ExpectedMessage>,
): Promise<ReportFigures> {
  return narrator.step('The report is downloaded and every row compared', async () => {
    const summary = new ReportSummary();
    const seen = new Set<string>();
    const body = await client.download(`/v1/campaigns/${campaign.id}/report.csv`);
    const rows = Readable.fromWeb(body as WebStream).pipe(
      // A reader that ends a row at any line break outside quotes, as spreadsheets do. Rows torn that way are mismatches.
      parse({ bom: true, columns: true, record_delimiter: ['\r\n', '\n'], relax_column_count: true }),
    ) as AsyncIterable<ReportRow | TornRow>;
    for await (const row of rows) {
      findings.expect(row.text !== undefined, () => `a line of the report is torn: ${JSON.stringify(row)}`);
      if (row.text === undefined) continue;
      const e164 = `+${row.recipient}`;
      findings.expect(!seen.has(e164), () => `${e164} stands twice in the report`);
      findings.expectEqual(
        `row of ${e164} in the report`,
        { text: row.text, parts: Number(row.parts) },
        expected.get(e164),
      );
      seen.add(e164);
      summary.add(row);
    }
    findings.expectEqual('rows of the report', seen.size, expected.size);
    return summary.finish(Date.parse(campaign.launchedAt ?? ''));
  });
}

/** Adds the rows up without keeping them. */
export class ReportSummary {
  readonly #states: Record<string, number> = {};
  #messages = 0;
  #submitted = 0;
  #parts = 0;
  #charged = 0n;
  #firstSubmittedAt = Infinity;
  #lastAcceptedAt = -Infinity;
  #lastFinalAt = -Infinity;
  readonly #delays: number[] = [];

  add({ state, parts, points, ...times }: Omit<ReportRow, 'recipient' | 'text'>): void {
    this.#messages++;
    this.#states[state] = (this.#states[state] ?? 0) + 1;
    this.#parts += Number(parts);
    this.#charged += readPoints(points);
    const submittedAt = Date.parse(times.submittedAt);
    if (Number.isNaN(submittedAt)) return;
    const finalAt = Date.parse(times.finalAt);
    const acceptedAt = Date.parse(times.acceptedAt || times.submittedAt);
    this.#submitted++;
    this.#firstSubmittedAt = Math.min(this.#firstSubmittedAt, submittedAt);
    this.#lastAcceptedAt = Math.max(this.#lastAcceptedAt, acceptedAt);
    if (Number.isNaN(finalAt)) return;
    this.#lastFinalAt = Math.max(this.#lastFinalAt, finalAt);
    if (RECEIPT_STATES.has(state)) this.#delays.push(finalAt - submittedAt);
  }

  /** @param launchedAtMs when the clock starts for the end-to-end rate */
  finish(launchedAtMs: number): ReportFigures {
    const delays = this.#delays.sort((a, b) => a - b);
    return {
      states: this.#states,
      parts: this.#parts,
      charged: this.#charged,
      submittedPerSecond: ratePerSecond(this.#submitted, this.#lastAcceptedAt - this.#firstSubmittedAt),
      endToEndPerSecond: ratePerSecond(this.#messages, this.#lastFinalAt - launchedAtMs),
      receiptDelayMs: { p50: pickPercentile(delays, 0.5), p95: pickPercentile(delays, 0.95) },
    };
  }
}

/** The nearest-rank percentile of sorted values; 0 when there are none. */
export const pickPercentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;

/** The clock of the report counts milliseconds: less than one counts as one. */
const ratePerSecond = (count: number, durationMs: number): number =>
  count === 0 ? 0 : Math.round((count * 1000) / Math.max(1, durationMs));
