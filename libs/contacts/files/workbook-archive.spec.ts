import { constants, deflateRawSync } from 'node:zlib';
import { SampleFiles } from './sample-files.js';
import { buildWorkbook, buildZip } from './zip-writer.js';

const MEGABYTE = 1024 * 1024;

/** A deflate stream of `megabytes` MB made of one compressed block again and again, as a bomb is made. */
function deflateRepeated(block: string, megabytes: number): Buffer {
  const text = block.repeat(Math.floor(MEGABYTE / block.length));
  const piece = deflateRawSync(text, { finishFlush: constants.Z_FULL_FLUSH });
  return Buffer.concat([...Array.from({ length: megabytes }, () => piece), deflateRawSync('')]);
}

describe('hostile workbooks', () => {
  let files: SampleFiles;
  beforeAll(async () => (files = await SampleFiles.create()));
  afterAll(() => files.remove());

  /** Refused within the goals for zip bombs: 2 s and 100 MB more of resident memory. */
  const refuseQuickly = async (content: Buffer) => {
    const startedAt = performance.now();
    const memoryBefore = process.memoryUsage().rss;
    const refusal = await files.refusal(content, { mapping: { phone: 0 } });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(process.memoryUsage().rss - memoryBefore).toBeLessThan(100 * MEGABYTE);
    return refusal.code;
  };

  it('refuses a bomb by what it declares, before inflating anything', async () => {
    const bomb = buildWorkbook({ rows: '', sheet: { content: 'x', declaredBytes: 4_000_000_000 } });
    expect(await refuseQuickly(bomb)).toBe('imports.archive_refused');
    const parts = Array.from({ length: 6 }, (_, index) => ({
      name: `xl/${index}.xml`,
      content: Buffer.alloc(MEGABYTE, 'x'),
      isStored: true,
      declaredBytes: 90 * MEGABYTE,
    }));
    expect(await refuseQuickly(buildWorkbook({ rows: '', more: parts }))).toBe('imports.archive_refused');
  });

  it.each([
    ['blank space', ' '],
    ['empty rows', '<row r="1"></row>'],
    ['one endless text', 'x'],
  ])('stops inflating a bomb of %s that declares nothing unusual', async (_what, block) => {
    const head = deflateRawSync('<worksheet><sheetData>', { finishFlush: constants.Z_FULL_FLUSH });
    const deflated = Buffer.concat([head, deflateRepeated(block, 2_000)]);
    const declared = [deflated.length * 50, 1_000];
    for (const declaredBytes of declared) {
      const bomb = buildWorkbook({ rows: '', sheet: { content: '', deflated, declaredBytes } });
      expect(await refuseQuickly(bomb)).toBe('imports.archive_refused');
    }
  });

  it('stops a bomb in the shared strings', async () => {
    const deflated = deflateRepeated('<si><t>aaaaaaaaaa</t></si>', 2_000);
    const part = { name: 'xl/sharedStrings.xml', content: '', deflated, declaredBytes: 5_000 };
    expect(await refuseQuickly(buildWorkbook({ rows: '', more: [part] }))).toBe('imports.archive_refused');
  });

  it('keeps no endless comment or tag in memory', async () => {
    for (const text of [
      `<!-- ${'< '.repeat(400_000)}-->`,
      `<row ${'a '.repeat(400_000)}>`,
      `<row a="${'a'.repeat(800_000)}">`,
    ]) {
      const sheet = { isStored: true, content: `<worksheet><sheetData>${text}</sheetData></worksheet>` };
      expect(await refuseQuickly(buildWorkbook({ rows: '', sheet }))).toBe('imports.archive_refused');
    }
  });

  it('refuses a document type, and with it every entity', async () => {
    const content = `<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "x"><!ENTITY b SYSTEM "file:///etc/passwd">]><worksheet><sheetData><row r="1"><c r="A1" t="str"><v>&b;</v></c></row></sheetData></worksheet>`;
    expect(await refuseQuickly(buildWorkbook({ rows: '', sheet: { content } }))).toBe(
      'imports.archive_refused',
    );
  });

  it('never follows a sheet outside the container', async () => {
    const relation = (target: string, mode: string) =>
      `<Relationships><Relationship Id="rId1" Type="http://x/worksheet" Target="${target}" ${mode}/></Relationships>`;
    for (const relations of [
      relation('http://127.0.0.1/sheet.xml', 'TargetMode="External"'),
      relation('file:///etc/passwd', ''),
      relation('../../../etc/passwd', ''),
      relation('http://[', ''),
    ]) {
      expect(await refuseQuickly(buildWorkbook({ rows: '', relations }))).toBe('imports.archive_refused');
    }
  });

  it('refuses too many entries, paths that climb, damage and other zips', async () => {
    const many = Array.from({ length: 1_001 }, (_, index) => ({ name: `x${index}`, content: '' }));
    expect(await refuseQuickly(buildZip(many))).toBe('imports.archive_refused');
    const climbing = [{ name: '../../x', content: '' }];
    expect(await refuseQuickly(buildWorkbook({ rows: '', more: climbing }))).toBe('imports.archive_refused');
    const cut = buildWorkbook({ rows: '<row r="1"/>' });
    expect(await refuseQuickly(cut.subarray(0, cut.length - 30))).toBe('imports.archive_refused');
    expect(await refuseQuickly(buildZip([{ name: 'a.txt', content: 'x' }]))).toBe(
      'imports.format_unsupported',
    );
    expect(await refuseQuickly(buildZip([]))).toBe('imports.format_unsupported');
  });

  it('refuses a workbook with macros and one without parts it names', async () => {
    const macros = [{ name: 'xl/vbaProject.bin', content: 'x' }];
    expect(await refuseQuickly(buildWorkbook({ rows: '', more: macros }))).toBe('imports.format_unsupported');
    expect(await refuseQuickly(buildZip([{ name: 'xl/workbook.xml', content: '<workbook/>' }]))).toBe(
      'imports.archive_refused',
    );
  });
});
