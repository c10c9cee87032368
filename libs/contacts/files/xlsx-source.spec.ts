import { DEFAULT_FILE_LIMITS } from './limits.js';
import { SampleFiles } from './sample-files.js';
import { buildWorkbook } from './zip-writer.js';
import type { WorkbookParts } from './zip-writer.js';

const SHARED = ['手機', '姓名', '0912345678', '王小明', 'a &lt;b&gt; &amp; c'];
const sharedStrings = (texts: readonly string[]) => texts.map((text) => `<si><t>${text}</t></si>`).join('');

describe('reading an XLSX workbook', () => {
  let files: SampleFiles;
  beforeAll(async () => (files = await SampleFiles.create()));
  afterAll(() => files.remove());

  const readCells = async (parts: WorkbookParts) => {
    const { rows } = await files.read(buildWorkbook(parts), { mapping: { phone: 0 } });
    return rows.map(({ row, cells }) => [row, cells]);
  };

  it('reads shared strings, whatever the file is called', async () => {
    const workbook = buildWorkbook({
      sharedStrings: sharedStrings(SHARED),
      rows: `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>
        <row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2" t="s"><v>3</v></c></row>
        <row r="3"><c r="A3"><v>912345678</v></c><c r="B3" t="s"><v>4</v></c></row>`,
    });
    const { detected, rows } = await files.read(workbook, { fileName: 'list.txt' });
    expect(detected).toMatchObject({
      format: 'xlsx',
      hasHeader: true,
      columns: ['手機', '姓名'],
      phoneColumn: 0,
    });
    expect(rows.map(({ phoneRaw, variables }) => [phoneRaw, variables['姓名']])).toEqual([
      ['0912345678', '王小明'],
      ['912345678', 'a <b> & c'],
    ]);
  });

  it.each([
    ['912345678', '912345678'],
    ['8.86912345678E11', '886912345678'],
    ['9.12345678E8', '912345678'],
    ['0.1', '0.1'],
    ['0.30000000000000004', '0.3'],
    ['1.0000000000000001E-7', '0.0000001'],
    ['-1234.5', '-1234.5'],
    ['1E+2', '100'],
    ['12345678901234567890', '12345678901234567890'],
    ['0.0', '0'],
  ])('shows the number %s as %s', async (stored, shown) => {
    const rows = `<row r="1"><c r="A1"><v>912345678</v></c><c r="B1"><v>${stored}</v></c></row>`;
    expect(await readCells({ rows })).toEqual([[1, ['912345678', shown]]]);
  });

  it('reads inline, rich, formula, boolean and error cells, and leaves phonetic readings out', async () => {
    const rows = `<row r="1"><c r="A1"><v>912345678</v></c>
      <c r="B1" t="inlineStr"><is><r><t>王</t></r><r><t xml:space="preserve"> 小明</t></r><rPh sb="0" eb="1"><t>ㄨㄤ</t></rPh></is></c>
      <c r="C1" t="str"><f>A1&amp;"x"</f><v>912345678x</v></c><c r="D1" t="b"><v>1</v></c>
      <c r="E1" t="e"><v>#N/A</v></c><c r="F1" t="inlineStr"><is><t>a_x000D_b</t></is></c></row>`;
    expect(await readCells({ rows })).toEqual([
      [1, ['912345678', '王 小明', '912345678x', 'TRUE', '#N/A', 'a\rb']],
    ]);
  });

  it('places cells and rows where their references say', async () => {
    const rows = `<row r="7"><c r="C7"><v>3</v></c><c r="A7"><v>912345678</v></c></row>
      <row r="2"><c><v>912345679</v></c><c/><c><v>4</v></c></row><row><c><v>5</v></c></row>
      <row r="9"><c r="A9" s="1"/></row><x:row xmlns:x="urn:x" r="10"><x:c r="A10"><x:v>6</x:v></x:c></x:row>`;
    expect(await readCells({ rows })).toEqual([
      [7, ['912345678', '', '3']],
      [2, ['912345679', '', '4']],
      [3, ['5']],
      [10, ['6']],
    ]);
  });

  it('shows dates and times as ISO 8601 where the style says so', async () => {
    const styles = `<numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m"/><numFmt numFmtId="165" formatCode="[Red]0.00&quot;dy&quot;"/></numFmts>
      <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
      <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="21"/></cellXfs>`;
    const cell = (column: string, style: number, value: string) =>
      `<c r="${column}1" s="${style}"><v>${value}</v></c>`;
    const rows = `<row r="1">${cell('A', 0, '45000')}${cell('B', 1, '45000')}${cell('C', 2, '45000.395833333336')}${cell('D', 3, '60.5')}${cell('E', 4, '45000')}${cell('F', 5, '0.5')}</row>`;
    expect(await readCells({ rows, styles })).toEqual([
      [1, ['45000', '2023-03-15', '2023-03-15T09:30:00', '1900-02-28T12:00:00', '45000', '12:00:00']],
    ]);
  });

  it('reads the first sheet that a person sees, through the relations', async () => {
    const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
    const type = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet';
    const workbook = buildWorkbook({
      rows: '<row r="1"><c r="A1"><v>922333444</v></c></row>',
      workbook: `<workbook ${main} xmlns:rel="urn:r"><sheets><sheet name="h" state="hidden" rel:id="a"/><sheet name="v" rel:id="b"/></sheets></workbook>`,
      relations: `<Relationships><Relationship Id="a" Type="${type}" Target="worksheets/sheet1.xml"/><Relationship Id="b" Type="${type}" Target="../xl/two.xml"/></Relationships>`,
      more: [
        {
          name: 'xl/two.xml',
          content:
            '<worksheet><sheetData><row r="1"><c r="A1"><v>912345678</v></c></row></sheetData></worksheet>',
        },
      ],
    });
    expect((await files.read(workbook)).rows.map((row) => row.phoneRaw)).toEqual(['912345678']);
  });

  it('reads a hundred thousand rows, one string each', async () => {
    const count = 100_000;
    const phones = Array.from({ length: count }, (_, index) => `09${String(10_000_000 + index)}`);
    const workbook = buildWorkbook({
      sharedStrings: sharedStrings(phones),
      rows: phones
        .map((_, index) => `<row r="${index + 1}"><c r="A${index + 1}" t="s"><v>${index}</v></c></row>`)
        .join(''),
    });
    const { rows } = await files.read(workbook);
    expect(rows.map((row) => row.phoneRaw)).toEqual(phones);
  });

  it.each([
    [
      'a cell too long',
      `<row r="3"><c r="B3" t="inlineStr"><is><t>${'x'.repeat(5_001)}</t></is></c></row>`,
      'imports.line_too_long',
    ],
    [
      'content beyond the last column',
      '<row r="3"><c r="XFD3"><v>1</v></c></row>',
      'imports.too_many_columns',
    ],
    [
      'a shared string that is missing',
      '<row r="3"><c r="A3" t="s"><v>9</v></c></row>',
      'imports.archive_refused',
    ],
    ['a row beyond the sheet', '<row r="9999999"><c r="A1"><v>1</v></c></row>', 'imports.archive_refused'],
    ['a cell without a column', '<row r="3"><c r="3"><v>1</v></c></row>', 'imports.archive_refused'],
    ['broken XML', '<row r="3"><c r="A3"><v>1</c></row>', 'imports.archive_refused'],
    ['an undeclared entity', '<row r="3"><c r="A3"><v>&xxe;</v></c></row>', 'imports.archive_refused'],
    ['tags nested without end', '<a>'.repeat(1_000), 'imports.archive_refused'],
    ['no rows', '', 'imports.file_empty'],
  ])('refuses %s', async (_what, rows, code) => {
    const refusal = await files.refusal(buildWorkbook({ rows }), { mapping: { phone: 0 } });
    expect(refusal.code).toBe(code);
    if (code.endsWith('long') || code.endsWith('columns')) expect(refusal.fields[0]?.field).toBe('row 3');
  });

  it('bounds the shared strings it must keep in memory, by bytes and by number', async () => {
    const workbook = buildWorkbook({ sharedStrings: sharedStrings(SHARED), rows: '<row r="1"/>' });
    for (const limits of [{ sharedStringBytes: 10 }, { sharedStrings: 2 }]) {
      expect((await files.refusal(workbook, { limits })).code).toBe('imports.archive_refused');
    }
  });

  it('stops at more rows or cells than a sheet can have, empty as they may be', async () => {
    const rows = await files.refusal(buildWorkbook({ rows: '<row/>'.repeat(1_100_000) }), {
      limits: { inflationRatio: 10_000 },
    });
    expect(rows.code).toBe('imports.too_many_rows');
    const cells = await files.refusal(
      buildWorkbook({ rows: `<row r="1">${'<c r="A1"/>'.repeat(200)}</row>` }),
      {
        limits: { ...DEFAULT_FILE_LIMITS, sheetCells: 100 },
      },
    );
    expect(cells.code).toBe('imports.archive_refused');
  });
});
