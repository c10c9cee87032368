import type { ExpectedCounts } from './customer-file.js';

/** Everything the demo found out, as `--json` prints it. Points are decimal strings. */
export interface Figures {
  rows: ExpectedCounts;
  importSeconds: number;
  recipients: number;
  parts: number;
  points: { held: string; captured: string; released: string };
  messages: Record<string, number>;
  messagesPerSecond: { submitted: number; endToEnd: number };
  receiptDelayMs: { p50: number; p95: number };
  duplicatePartsAtCarrier: number;
  ledger: { isBalanced: boolean; problems: string[] };
  checks: { made: number; mismatches: number; sentences: readonly string[] };
}

type Line = readonly [label: string, value: string, remark?: string];

const LABEL_WIDTH = 28;
const VALUE_WIDTH = 12;
const RULE = `  ${'─'.repeat(68)}`;

/** The figures as one table for the terminal. */
export function formatTable(figures: Figures): string {
  const groups = [
    describeRows(figures),
    describeMessages(figures),
    describePoints(figures),
    describeSpeed(figures),
    describeProof(figures),
  ];
  const blocks = groups.map((lines) => lines.map(formatLine).join('\n'));
  return `${RULE}\n${blocks.join(`\n${RULE}\n`)}\n${RULE}`;
}

function describeRows({ rows, importSeconds }: Figures): Line[] {
  const rowsPerSecond = Math.round(rows.rows / Math.max(importSeconds, 0.001));
  return [
    ['Rows in the file', formatCount(rows.rows), `imported at ${formatCount(rowsPerSecond)} rows/s`],
    ['  accepted', formatCount(rows.accepted), `of which repaired ${formatCount(rows.repaired)}`],
    ['  duplicates', formatCount(rows.duplicates)],
    ['  suppressed', formatCount(rows.suppressed)],
    ['  invalid', formatCount(rows.invalid)],
  ];
}

function describeMessages({ recipients, parts, messages }: Figures): Line[] {
  const states = Object.entries(messages).filter(([, count]) => count > 0);
  return [
    ['Recipients', formatCount(recipients)],
    ['Parts', formatCount(parts)],
    ...states.map(([state, count]): Line => [`  messages ${state}`, formatCount(count)]),
  ];
}

const describePoints = ({ points }: Figures): Line[] => [
  ['Points held', formatPoints(points.held)],
  ['  captured', formatPoints(points.captured)],
  ['  released', formatPoints(points.released)],
];

const describeSpeed = ({ messagesPerSecond, receiptDelayMs }: Figures): Line[] => [
  ['Messages per second', formatCount(messagesPerSecond.submitted), 'while sending'],
  ['', formatCount(messagesPerSecond.endToEnd), 'from launch to last receipt'],
  ['Receipt delay p50', `${formatCount(receiptDelayMs.p50)} ms`],
  ['Receipt delay p95', `${formatCount(receiptDelayMs.p95)} ms`],
];

function describeProof({ duplicatePartsAtCarrier, ledger, checks }: Figures): Line[] {
  return [
    ['Sent twice to the carrier', formatCount(duplicatePartsAtCarrier), 'parts'],
    ['Ledger', ledger.isBalanced ? 'balanced' : 'WRONG', ledger.problems.join('; ')],
    [
      'Checks',
      formatCount(checks.made),
      checks.mismatches === 0 ? 'all matched' : `${checks.mismatches} FAILED`,
    ],
  ];
}

const formatLine = ([label, value, remark = '']: Line): string =>
  `  ${label.padEnd(LABEL_WIDTH)}${value.padStart(VALUE_WIDTH)}   ${remark}`.trimEnd();

const formatCount = (count: number): string => count.toLocaleString('en');

const formatPoints = (points: string): string =>
  Number(points).toLocaleString('en', { maximumFractionDigits: 3 });
