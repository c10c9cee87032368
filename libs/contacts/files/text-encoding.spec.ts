import * as fc from 'fast-check';
import iconv from 'iconv-lite';
import { SampleFiles } from './sample-files.js';

const TAIWAN = '手機,姓名,城市\r\n0912345678,王小明,台北市\r\n0922333444,許功蓋,"高雄市, 鳳山"\r\n';
const UTF16_BE_BOM = Buffer.from([0xfe, 0xff]);

function encode(text: string, encoding: string): Buffer {
  switch (encoding) {
    case 'utf-8':
      return Buffer.from(text);
    case 'utf-8 with mark':
      return Buffer.from(`\uFEFF${text}`);
    case 'utf-16le with mark':
      return Buffer.from(`\uFEFF${text}`, 'utf16le');
    case 'utf-16be with mark':
      return Buffer.concat([UTF16_BE_BOM, Buffer.from(text, 'utf16le').swap16()]);
    case 'utf-16le':
      return Buffer.from(text, 'utf16le');
    case 'utf-16be':
      return Buffer.from(text, 'utf16le').swap16();
    default:
      return iconv.encode(text, 'cp950');
  }
}

const ENCODINGS = [
  'utf-8',
  'utf-8 with mark',
  'utf-16le with mark',
  'utf-16be with mark',
  'utf-16le',
  'utf-16be',
  'big5',
];

describe('encodings of a text file', () => {
  let files: SampleFiles;
  beforeAll(async () => (files = await SampleFiles.create()));
  afterAll(() => files.remove());

  it.each(ENCODINGS)('reads %s', async (encoding) => {
    const { detected, rows } = await files.read(encode(TAIWAN, encoding));
    expect(detected.encoding).toBe(encoding.split(' ')[0]);
    expect(detected.columns).toEqual(['手機', '姓名', '城市']);
    expect(rows.map((row) => [row.phoneRaw, { ...row.variables }])).toEqual([
      ['0912345678', { 姓名: '王小明', 城市: '台北市' }],
      ['0922333444', { 姓名: '許功蓋', 城市: '高雄市, 鳳山' }],
    ]);
  });

  it.each(ENCODINGS)('keeps characters whole that the reading cuts in half, in %s', async (encoding) => {
    const names = Array.from({ length: 20_000 }, (_, index) => `${'王'.repeat(index % 7)}許功蓋`);
    const text = `phone,name\n${names.map((name) => `0912345678,${name}\n`).join('')}`;
    const { rows } = await files.read(encode(text, encoding));
    expect(rows.map((row) => row.variables['name'])).toEqual(names);
  });

  it.each(ENCODINGS)('gives back every cell that was written in %s', async (encoding) => {
    const unit = fc.constantFrom('王', '許', '功', '蓋', '，', 'a', '"', ',', '\n', '9', ' ', '|', ';');
    const names = fc.array(fc.string({ unit }), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(names, async (cells) => {
        const lines = cells.map((cell) => `0912345678,"${cell.replaceAll('"', '""')}"\n`);
        const { rows } = await files.read(encode(`手機,姓名\n${lines.join('')}`, encoding));
        expect(rows.map((row) => row.cells[1])).toEqual(cells);
      }),
      { numRuns: 60 },
    );
  });

  it('notices Big5 that begins after megabytes of ASCII', async () => {
    const ascii = Buffer.from(`phone,name\n${'0912345678,Bob\n'.repeat(100_000)}`);
    const { detected, rows } = await files.read(
      Buffer.concat([ascii, encode('0922333444,許功蓋\n', 'big5')]),
    );
    expect(detected.encoding).toBe('big5');
    expect(rows.at(-1)?.variables['name']).toBe('許功蓋');
  });

  it('takes accented letters that stand alone for windows-1252', async () => {
    const { detected, rows } = await files.read(
      iconv.encode('phone,name\n0912345678,José Müller\n', 'win1252'),
    );
    expect(detected.encoding).toBe('windows-1252');
    expect(rows[0]?.variables['name']).toBe('José Müller');
  });

  it('refuses a damaged UTF-8 file and names the row', async () => {
    const damaged = Buffer.concat([
      Buffer.from(`phone,name\n${'0912345678,王小明\n'.repeat(9)}0912345678,`),
      Buffer.from([0xe7, 0x8e, 0x0a]),
    ]);
    const refusal = await files.refusal(damaged);
    expect([refusal.code, refusal.fields[0]?.field]).toEqual(['imports.encoding_unknown', 'row 11']);
  });

  it('refuses an encoding it does not know instead of guessing', async () => {
    for (const encoding of ['gbk', 'euc-kr', 'shift_jis']) {
      const text =
        encoding === 'gbk' ? '手机,姓名\n0912345678,张国荣刘德华\n' : '電話,名前\n0912345678,山田太郎\n';
      expect((await files.refusal(iconv.encode(text.repeat(20), encoding))).code).toBe(
        'imports.encoding_unknown',
      );
    }
    expect(
      (await files.refusal(iconv.encode('phone\n0912345678\n', 'utf-32le', { addBOM: true }))).code,
    ).toBe('imports.encoding_unknown');
  });

  it('refuses UTF-16 with half a character', async () => {
    const lone = encode('phone,name\n0912345678,\uD83D\n', 'utf-16le with mark');
    expect((await files.refusal(lone)).code).toBe('imports.encoding_unknown');
    expect((await files.refusal(encode(TAIWAN, 'utf-16le with mark').subarray(0, -1))).code).toBe(
      'imports.encoding_unknown',
    );
  });

  it('marks a stray NUL instead of dropping it from a number', async () => {
    const { rows } = await files.read(`phone,name\n${'0912345678,Bob\n'.repeat(5)}09123\0 45678,A\0l\n`);
    expect(rows.at(-1)).toMatchObject({ phoneRaw: '09123\uFFFD 45678', variables: { name: 'A\uFFFDl' } });
  });
});
