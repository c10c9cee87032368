import { isDomainError } from '#domain';
import type { FileLimits } from './limits.js';
import { RecordTokenizer } from './record-tokenizer.js';

/** In order of preference when two fit equally well. */
const CANDIDATES = [',', ';', '\t', '|'];

/** Rows compared. */
const ROWS_COMPARED = 100;

/** Share of rows that must have the same number of cells before a character counts as the delimiter. */
const CONSISTENT_SHARE = 0.5;

/** The line Excel itself understands as the choice of a delimiter. */
const SEPARATOR_LINE = /^sep=([,;\t|])(?:\r\n|\r|\n|$)/i;

export interface DelimiterChoice {
  /** null when each row is one cell. */
  delimiter: string | null;
  /** Characters at the start of the text that say the delimiter and are no row of people. */
  preambleChars: number;
}

/**
 * Finds the delimiter of a text: the character that cuts most of the first rows, quotes respected, into the same
 * number of cells (more than one).
 * @param head decoded beginning of the text
 * @param isWhole whether `head` is all of the text, so that its last line is complete
 */
export function detectDelimiter(head: string, isWhole: boolean, limits: FileLimits): DelimiterChoice {
  const declared = SEPARATOR_LINE.exec(head);
  if (declared) return { delimiter: declared[1] ?? null, preambleChars: 'sep=,'.length };
  let best = { delimiter: null as string | null, share: 0, cells: 1 };
  for (const delimiter of CANDIDATES) {
    const { share, cells } = measureConsistency(head, isWhole, delimiter, limits);
    if (cells < 2 || share < CONSISTENT_SHARE) continue;
    if (share > best.share || (share === best.share && cells > best.cells))
      best = { delimiter, share, cells };
  }
  return { delimiter: best.delimiter, preambleChars: 0 };
}

function measureConsistency(head: string, isWhole: boolean, delimiter: string, limits: FileLimits) {
  const counts = new Map<number, number>();
  const lengths = readCellCounts(head, isWhole, delimiter, limits);
  // Rows of nothing but delimiters are blank and thereby not listed, yet speak for the delimiter.
  if (lengths?.length === 0 && head.includes(delimiter)) return { cells: 2, share: 1 };
  if (lengths === null) return { cells: 1, share: 0 };
  for (const length of lengths) counts.set(length, (counts.get(length) ?? 0) + 1);
  const [cells, rows] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [1, 0];
  return { cells, share: lengths.length === 0 ? 0 : rows / lengths.length };
}

/** A candidate under which the text breaks a limit or a quote is simply no candidate; the real read will say why. */
function readCellCounts(
  head: string,
  isWhole: boolean,
  delimiter: string,
  limits: FileLimits,
): number[] | null {
  const tokenizer = new RecordTokenizer(delimiter, limits);
  try {
    const rows = tokenizer.push(head);
    if (isWhole) rows.push(...tokenizer.end());
    return rows.slice(0, ROWS_COMPARED).map((row) => row.cells.length);
  } catch (error) {
    if (isDomainError(error)) return null;
    throw error;
  }
}
