import { parse } from 'csv-parse/sync';
import iconv from 'iconv-lite';
import { normalizePhoneNumber } from '#domain';
import { generateCustomerFile, HEADER, type CustomerFile } from './customer-file.js';

const make = (options: Partial<Parameters<typeof generateCustomerFile>[0]> = {}) =>
  generateCustomerFile({ recipients: 3_000, seed: 7, encoding: 'utf8', ...options });

const readRows = (text: string): string[][] => parse(text, { bom: true, record_delimiter: '\r\n' });

/** Counts the file once more, by another CSV reader and by the rules of the product. */
function countAgain(file: CustomerFile) {
  const [header, ...rows] = readRows(file.content.toString());
  const counts = { rows: 0, accepted: 0, repaired: 0, duplicates: 0, suppressed: 0, invalid: 0 };
  const invalidByReason: Record<string, number> = {};
  const firstRows = new Map<string, string[]>();
  for (const row of rows.filter((cells) => cells.some((cell) => cell.trim() !== ''))) {
    counts.rows++;
    const number = normalizePhoneNumber(row[1] ?? '', 'TW');
    if (!number.ok) {
      counts.invalid++;
      invalidByReason[number.reason] = (invalidByReason[number.reason] ?? 0) + 1;
    } else if (file.suppressed.includes(number.e164)) counts.suppressed++;
    else if (firstRows.has(number.e164)) counts.duplicates++;
    else {
      counts.accepted++;
      if (number.rewritten) counts.repaired++;
      firstRows.set(number.e164, row);
    }
  }
  return { header, counts, invalidByReason, firstRows };
}

describe('a generated customer file', () => {
  it.each([1, 10, 3_000])('holds what its books say, with %i recipients', (recipients) => {
    const file = make({ recipients });
    const { header, counts, invalidByReason, firstRows } = countAgain(file);
    expect(header).toEqual(HEADER);
    expect(file.counts).toEqual(counts);
    expect(file.counts.accepted).toBe(recipients);
    expect(file.invalidByReason).toEqual(invalidByReason);
    const cells = [...file.recipients].map(([e164, { name, memberNumber, points, note }]) => [
      e164,
      [name, memberNumber, points, note],
    ]);
    expect(cells).toEqual([...firstRows].map(([e164, [name, , ...others]]) => [e164, [name, ...others]]));
  });

  it('is as messy as the list of a real shop', () => {
    const text = make().content.toString();
    const messes = [
      /,09\d\d-\d{3}-\d{3},/,
      /,\+886 9\d\d \d{3} \d{3},/,
      /,8869\d{8},/,
      /,０９[０-９]{8},/,
      /,9\d{8},/,
      /,\+81 90-/,
      /,02-27/,
      /,(無|未提供|N\/A),/,
      /,,VIP/,
      /"[^"\r]*, [^"\r]*"/,
      /"[^"\r]*\n[^"\r]*"/,
      /""老王""/,
      /\r\n,,,,\r\n/,
    ];
    expect(messes.filter((mess) => !mess.test(text))).toEqual([]);
  });

  it('is the same for the same seed and another for another', () => {
    expect(make().content.equals(make().content)).toBe(true);
    expect(make({ seed: 8 }).content.equals(make().content)).toBe(false);
  });

  it('loses no character in Big5', () => {
    const big5 = make({ encoding: 'big5' });
    const text = make()
      .content.toString()
      .replace(/^\uFEFF/, '');
    expect(iconv.decode(big5.content, 'big5')).toBe(text);
    expect(big5.content.length).toBeLessThan(Buffer.byteLength(text));
  });

  it('has as many numbers the carrier treats badly as it says', () => {
    const { recipients, special } = make({ recipients: 6_000 });
    const endings = [...recipients.keys()].map((e164) => e164.slice(-6));
    const count = (suffix: string) => endings.filter((ending) => ending === suffix).length;
    expect(special).toEqual({
      refused: count('990001'),
      undelivered: count('990002'),
      expired: count('990003'),
    });
    expect(special.refused).toBe(3);
    expect(endings.filter((ending) => /^9900(?!0[12367])/.test(ending))).toEqual([]);
  });
});
