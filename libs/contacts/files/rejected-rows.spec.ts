import { PassThrough } from 'node:stream';
import { buffer as readBytes } from 'node:stream/consumers';
import * as fc from 'fast-check';
import type { DetectedFile } from './contact-file.js';
import { protectCell, restoreCell } from './rejected-file-format.js';
import { RejectedRowsWriter } from './rejected-rows-writer.js';
import type { RejectedRow } from './rejected-rows-writer.js';
import { SampleFiles } from './sample-files.js';
import type { ReadFile } from './sample-files.js';

async function writeRejected(detected: Pick<DetectedFile, 'columns' | 'phoneColumn'>, rows: RejectedRow[]) {
  const output = new PassThrough();
  const content = readBytes(output);
  const writer = new RejectedRowsWriter(output, detected);
  await writer.write(rows);
  expect(await writer.end()).toBe(rows.length);
  return (await content).toString();
}

const rejectAll = ({ detected, rows }: ReadFile) =>
  writeRejected(
    detected,
    rows.map(({ row, cells }) => ({
      row,
      cells,
      reason: 'number.invalid',
      explanation: 'No operator has given out this number.',
    })),
  );

describe('the file of rejected rows', () => {
  let files: SampleFiles;
  beforeAll(async () => (files = await SampleFiles.create()));
  afterAll(() => files.remove());

  it('opens in Excel as UTF-8, with the original columns, the row, the reason and no formula', async () => {
    const read = await files.read('手機,姓名\n+886223456789,=HYPERLINK("x")\n\n@0912,"a, b"\n');
    expect(await rejectAll(read)).toBe(
      '\uFEFF手機,姓名,row,reason,explanation,phone_column\r\n' +
        `886223456789,"'=HYPERLINK(""x"")",2,number.invalid,No operator has given out this number.,column 1\r\n` +
        `'@0912,"a, b",4,number.invalid,No operator has given out this number.,column 1\r\n`,
    );
  });

  it('is accepted as it is when it comes back, with the same columns and cells', async () => {
    const first = await files.read('name,joignable\n"=1+1\nx",+44 12\n-5,tel. 3\n\'=x,\n,n/a\n', {
      mapping: { phone: 'joignable' },
    });
    const again = await files.read(await rejectAll(first));
    expect(again.detected).toMatchObject({
      isRejectedRowsFile: true,
      hasHeader: true,
      columns: first.detected.columns,
      phoneColumn: 1,
    });
    expect(again.rows.map(({ phoneRaw, variables, cells }) => [phoneRaw, { ...variables }, cells])).toEqual(
      first.rows.map(({ phoneRaw, variables, cells }) => [phoneRaw, { ...variables }, cells]),
    );
    expect(await rejectAll(again)).toBe(
      (await rejectAll(first)).replace(/,(\d),number/g, (_, row: string) => `,${Number(row)},number`),
    );
  });

  it('comes back from a list without a header and with rows longer than the first', async () => {
    const first = await files.read(`0912345678,a\n${'0912345679,b\n'.repeat(150)}123,c,further,cells\n`);
    const again = await files.read(await rejectAll(first));
    expect(again.rows.at(-1)?.cells).toEqual(['123', 'c', 'further', 'cells']);
    expect(again.rows[0]).toMatchObject({ row: 2, phoneRaw: '0912345678' });
    expect(again.detected.phoneColumn).toBe(0);
  });

  it('accepts a mapping for a list that comes back, and can itself be rejected again', async () => {
    const first = await files.read('a,b\n0912345678,0922333444\n');
    const again = await files.read(await rejectAll(first), { mapping: { phone: 'b' } });
    expect(again.rows[0]).toMatchObject({ phoneRaw: '0922333444' });
    const third = await files.read(await rejectAll(again));
    expect(third.detected).toMatchObject({ columns: ['a', 'b'], phoneColumn: 1 });
  });

  it('does not take a list with a column called reason for one of ours', async () => {
    const { detected } = await files.read('phone,row,reason\n0912345678,3,x\n');
    expect(detected).toMatchObject({ isRejectedRowsFile: false, columns: ['phone', 'row', 'reason'] });
  });

  it('makes every cell harmless and gives it back unchanged, apart from the plus of a number', () => {
    const unit = fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', '1', 'a', '王', '"', ',');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 12 }), (cell) => {
        const written = protectCell(cell);
        expect(written).not.toMatch(/^[=+\-@\t\r]/);
        expect(restoreCell(written)).toBe(/^\+[1-9]\d{6,14}$/.test(cell) ? cell.slice(1) : cell);
      }),
      { numRuns: 2_000 },
    );
  });
});
