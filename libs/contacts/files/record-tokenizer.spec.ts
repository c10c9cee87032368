import * as fc from 'fast-check';
import { isDomainError } from '#domain';
import { DEFAULT_FILE_LIMITS } from './limits.js';
import { RecordTokenizer } from './record-tokenizer.js';
import type { FileRow } from './record-tokenizer.js';

/** Reads the text in pieces of every small size; all of them must agree. */
function read(text: string, delimiter: string | null = ','): FileRow[] {
  const whole = readInPieces(text, delimiter, text.length);
  for (const size of [1, 2, 3, 7]) expect(readInPieces(text, delimiter, size)).toEqual(whole);
  return whole;
}

function readInPieces(text: string, delimiter: string | null, size: number): FileRow[] {
  const tokenizer = new RecordTokenizer(delimiter, DEFAULT_FILE_LIMITS);
  const rows: FileRow[] = [];
  for (let at = 0; at < text.length; at += size) rows.push(...tokenizer.push(text.slice(at, at + size)));
  return [...rows, ...tokenizer.end()];
}

function refusalOf(text: string): { code: string; field: string | undefined } {
  try {
    readInPieces(text, ',', 10_000);
  } catch (error) {
    if (isDomainError(error)) return { code: error.code, field: error.fields[0]?.field };
  }
  throw new Error('Expected a refusal');
}

describe('splitting text into records', () => {
  it('takes CR, LF and CRLF as line breaks in one file and counts blank rows', () => {
    expect(read('a,b\rc\n\r\nd,\r,,\n e')).toEqual([
      { row: 1, cells: ['a', 'b'] },
      { row: 2, cells: ['c'] },
      { row: 4, cells: ['d', ''] },
      { row: 6, cells: [' e'] },
    ]);
  });

  it('keeps delimiters, doubled quotes and line breaks inside quoted cells, as one row', () => {
    expect(read('"a,""b""","c\r\nd\n\ne"\n"","f"')).toEqual([
      { row: 1, cells: ['a,"b"', 'c\r\nd\n\ne'] },
      { row: 2, cells: ['', 'f'] },
    ]);
  });

  it('forgives quotes inside unquoted cells and text behind a closing quote', () => {
    expect(read('5" screen,"Bob" Smith,x"y"\n1,2,3').map(({ cells }) => cells)).toEqual([
      ['5" screen', 'Bob Smith', 'x"y"'],
      ['1', '2', '3'],
    ]);
  });

  it('names the row of a quote that is never closed', () => {
    const text = `a,b\n0912345678,"Bob\n${'0912345678,Al\n'.repeat(10)}`;
    expect(refusalOf(text)).toEqual({ code: 'imports.line_too_long', field: 'row 2' });
  });

  it('names the row of an unclosed quote that a later quote seems to close, instead of merging the rows', () => {
    expect(refusalOf('a,b\n1,"Bob\n2,"Carl"\n3,x\n')).toEqual({
      code: 'imports.line_too_long',
      field: 'row 2',
    });
  });

  it('stops at the record limit instead of reading the rest of the file into one cell', () => {
    const tokenizer = new RecordTokenizer(',', DEFAULT_FILE_LIMITS);
    let pushed = 0;
    const pushAll = () => {
      tokenizer.push('1,"open\n');
      while (pushed < 1_000) {
        tokenizer.push('0912345678,a\n'.repeat(100));
        pushed++;
      }
    };
    expect(pushAll).toThrow('Row 1: A quotation mark is opened and not closed');
    expect(pushed).toBeLessThan(60);
  });

  it('refuses a line of 1 MB and a cell beyond its limit, with the row', () => {
    expect(refusalOf(`a\n${'x'.repeat(1_000_000)}`)).toEqual({
      code: 'imports.line_too_long',
      field: 'row 2',
    });
    expect(refusalOf(`a\n\n${'x'.repeat(5_001)}\n`)).toEqual({
      code: 'imports.line_too_long',
      field: 'row 3',
    });
  });

  it('refuses content beyond the last column but not empty cells there', () => {
    expect(refusalOf(`a\n${'x,'.repeat(500_000)}`)).toEqual({
      code: 'imports.too_many_columns',
      field: 'row 2',
    });
    expect(refusalOf(`${','.repeat(200)}x\n`)).toEqual({ code: 'imports.too_many_columns', field: 'row 1' });
    expect(read(`a${','.repeat(1_000)}\n`)[0]?.cells).toHaveLength(200);
  });

  it('gives back what any RFC 4180 writer wrote, whatever the pieces', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', '王', '😀', ';') });
    const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 8 });
    const lineBreak = fc.constantFrom('\n', '\r\n', '\r');
    fc.assert(
      fc.property(table, lineBreak, fc.integer({ min: 1, max: 9 }), (rows, end, size) => {
        const text = rows.map((cells) => cells.map(quote).join(',') + end).join('');
        const expected = rows
          .map((cells, index) => ({ row: index + 1, cells }))
          .filter(({ cells }) => cells.some((one) => one.trim() !== ''));
        expect(readInPieces(text, ',', size)).toEqual(expected);
      }),
      { numRuns: 1_000 },
    );
  });
});

const quote = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
