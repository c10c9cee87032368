import { looksLikePhoneNumber } from '#domain';
import type { CountryCode } from '#domain';
import { nameColumns } from './column-names.js';
import { isHeaderWord, rankPhoneHeader } from './header-words.js';
import { refuseFile } from './import-refusal.js';
import { findMappedColumn, findMappedName } from './column-mapping.js';
import type { ColumnMapping } from './column-mapping.js';

export interface ColumnLayout {
  hasHeader: boolean;
  columns: string[];
  /** 0-based. */
  phoneColumn: number;
}

interface ColumnEvidence {
  /** Cells with content among the data rows looked at. */
  filled: number;
  /** Those that look like a phone number. */
  phones: number;
}

export interface DetectionInput {
  /** The first rows with content, header included. */
  rows: readonly (readonly string[])[];
  defaultCountry: CountryCode;
  mapping?: ColumnMapping | undefined;
  /** What a rejected-rows file says about itself; undefined for any other file. */
  rejectedFile?: { phoneColumn: number | undefined } | undefined;
}

/** Share of a column's cells that must look like numbers when no header speaks for it. */
const PHONE_SHARE = 0.3;

/** Cells judged at most: each may cost a look into the numbering plans, and all are judged without a pause. */
const MEASURED_CELLS = 2_000;
const MEASURED_ROWS_AT_LEAST = 10;

/** More digits than a title has ("Phone 2"): the cell is data, however broken. */
const TITLE_DIGITS = 2;

/**
 * Decides header, names and phone column from the first rows: the mapping first, then headers, then content.
 * @throws DomainError imports.no_phone_column, imports.mapping_invalid naming what is unknown
 */
export function detectColumns(input: DetectionInput): ColumnLayout {
  const [first = [], ...rest] = input.rows;
  const width = Math.max(1, ...input.rows.map((row) => row.length));
  const evidence = measureColumns(rest, width, input.defaultCountry);
  const hasHeader = input.rejectedFile !== undefined || hasHeaderRow(input, first, evidence);
  const columns = nameColumns(hasHeader ? first : [], width);
  const phoneColumn =
    findMappedPhone(input, columns, hasHeader ? first : []) ??
    input.rejectedFile?.phoneColumn ??
    findByHeader(hasHeader ? first : [], evidence) ??
    findByContent(hasHeader ? evidence : measureColumns(input.rows, width, input.defaultCountry)) ??
    findOnlyColumn(input.rows, width);
  if (phoneColumn === undefined || phoneColumn >= width) {
    throw refuseFile(
      'imports.no_phone_column',
      `No column looks like phone numbers. Name one in the mapping; the columns are: ${columns.join(', ')}.`,
    );
  }
  return { hasHeader, columns, phoneColumn };
}

function findMappedPhone(input: DetectionInput, columns: readonly string[], header: readonly string[]) {
  const phone = input.mapping?.phone;
  return phone === undefined ? undefined : findMappedColumn('phone', phone, columns, header);
}

/** A header is a first row that names columns, or one without a number in a column that has numbers from then on. */
function hasHeaderRow(input: DetectionInput, first: readonly string[], evidence: readonly ColumnEvidence[]) {
  if (first.some((cell) => looksLikePhoneNumber(cell, input.defaultCountry))) return false;
  const names = [input.mapping?.phone, ...Object.values(input.mapping?.variables ?? {})];
  if (names.some((name) => typeof name === 'string' && findMappedName(name, first) !== undefined))
    return true;
  if (first.some(isHeaderWord)) return true;
  const column = typeof input.mapping?.phone === 'number' ? input.mapping.phone : findByContent(evidence);
  return column !== undefined && (evidence[column]?.phones ?? 0) > 0 && isTitle(first[column] ?? '');
}

function isTitle(cell: string): boolean {
  return /\p{L}/u.test(cell) && (cell.match(/\p{Nd}/gu)?.length ?? 0) <= TITLE_DIGITS;
}

type Rows = readonly (readonly string[])[];

function measureColumns(rows: Rows, width: number, country: CountryCode): ColumnEvidence[] {
  const measured = rows.slice(0, Math.max(MEASURED_ROWS_AT_LEAST, Math.floor(MEASURED_CELLS / width)));
  return Array.from({ length: width }, (_, column) => measure(measured, column, country));
}

/** A list of one column with digits in it is meant as numbers, even when all of them are wrong. */
function findOnlyColumn(rows: Rows, width: number): number | undefined {
  return width === 1 && rows.some(([cell = '']) => /\p{Nd}/u.test(cell)) ? 0 : undefined;
}

function measure(rows: Rows, column: number, country: CountryCode): ColumnEvidence {
  const evidence = { filled: 0, phones: 0 };
  for (const row of rows) {
    const cell = row[column]?.trim() ?? '';
    if (cell === '') continue;
    evidence.filled++;
    if (looksLikePhoneNumber(cell, country)) evidence.phones++;
  }
  return evidence;
}

/** The best-ranked header. One whose cells are no numbers gives way to one whose cells are, even an unnamed one. */
function findByHeader(header: readonly string[], evidence: readonly ColumnEvidence[]): number | undefined {
  const ranked = header
    .map((name, column) => ({ column, rank: rankPhoneHeader(name), phones: evidence[column]?.phones ?? 0 }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => Number(b.phones > 0) - Number(a.phones > 0) || b.rank - a.rank || b.phones - a.phones);
  const best = ranked[0];
  if (best === undefined || best.phones > 0) return best?.column;
  return findByContent(evidence) ?? best.column;
}

function findByContent(evidence: readonly ColumnEvidence[]): number | undefined {
  let best: number | undefined;
  for (const [column, { filled, phones }] of evidence.entries()) {
    if (phones === 0 || phones < filled * PHONE_SHARE) continue;
    if (best === undefined || phones > (evidence[best]?.phones ?? 0)) best = column;
  }
  return best;
}
