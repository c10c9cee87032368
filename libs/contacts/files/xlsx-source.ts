import { readDateStyles } from './cell-styles.js';
import type { FileLimits } from './limits.js';
import type { FileRow } from './record-tokenizer.js';
import type { RowSource } from './row-source.js';
import { readSharedStrings, SharedStrings } from './shared-strings.js';
import { SheetReader } from './sheet-reader.js';
import type { SheetContext } from './sheet-reader.js';
import { readWorkbook } from './workbook.js';
import type { Workbook } from './workbook.js';
import { WorkbookArchive } from './workbook-archive.js';

interface XlsxFile {
  path: string;
  limits: FileLimits;
  signal?: AbortSignal | undefined;
}

/** Opens an XLSX file: judges the container and loads the shared strings; the sheet is streamed when asked for. */
export async function openXlsxSource(file: XlsxFile): Promise<RowSource> {
  const archive = await WorkbookArchive.open(file.path, file.limits);
  try {
    const workbook = await readWorkbook(archive);
    const context = await readContext(archive, workbook, file);
    const declaredBytes = Math.max(1, archive.declaredBytes(workbook.sheetPart));
    let bytesRead = 0;
    const text = () => archive.readText(workbook.sheetPart, (bytes) => (bytesRead += bytes));
    return {
      format: 'xlsx',
      encoding: 'utf-8',
      delimiter: null,
      rows: () => readRows(text(), context, file),
      readShare: () => Math.min(1, bytesRead / declaredBytes),
      close: async () => archive.close(),
    };
  } catch (error) {
    archive.close();
    throw error;
  }
}

async function readContext(
  archive: WorkbookArchive,
  workbook: Workbook,
  file: XlsxFile,
): Promise<SheetContext> {
  const { sharedStringsPart, stylesPart, usesDate1904 } = workbook;
  return {
    strings:
      sharedStringsPart === null
        ? new SharedStrings(file.limits)
        : await readSharedStrings(archive.readText(sharedStringsPart), file.limits, file.signal),
    dateStyles: stylesPart === null ? new Set() : await readDateStyles(archive.readText(stylesPart)),
    usesDate1904,
  };
}

async function* readRows(
  text: AsyncIterable<string>,
  context: SheetContext,
  file: XlsxFile,
): AsyncGenerator<FileRow[]> {
  const reader = new SheetReader(context, file.limits);
  for await (const piece of text) {
    file.signal?.throwIfAborted();
    yield reader.push(piece);
    if (reader.isOver) return;
  }
  reader.end();
}
