import { StringDecoder } from 'node:string_decoder';
import { createInflateRaw } from 'node:zlib';
import { openPromise } from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';
import { isDomainError } from '#domain';
import { refuseFile } from './import-refusal.js';
import type { FileLimits } from './limits.js';

/** Inflated bytes of one part below which its ratio does not matter: small repetitive XML is no attack. */
const RATIO_FREE_BYTES = 1024 * 1024;

/** Compression methods of the zip format; a spreadsheet program uses no other. */
const STORED = 0;
const DEFLATED = 8;

const UNSAFE = 'The spreadsheet unpacks to an unsafe size. Save the list as CSV and upload that.';
const DAMAGED =
  'The spreadsheet is damaged. Open it in your spreadsheet program, save it again as .xlsx, and upload that.';

type ArchiveLimits = Pick<FileLimits, 'archiveEntries' | 'inflatedBytes' | 'inflationRatio'>;

/**
 * The zip container of an XLSX file. The central directory is read and judged before anything is inflated; what it
 * declares is not believed, so inflated bytes are counted as they come. Parts are only ever streamed, never written.
 */
export class WorkbookArchive {
  private inflatedBytes = 0;

  private constructor(
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
    private readonly limits: ArchiveLimits,
  ) {}

  /** @throws DomainError imports.archive_refused (damaged or unsafe), imports.format_unsupported (a zip of another kind) */
  static async open(path: string, limits: ArchiveLimits): Promise<WorkbookArchive> {
    const zip = await openPromise(path, { autoClose: false, lazyEntries: true }).catch((error: unknown) => {
      throw refuseFile('imports.archive_refused', DAMAGED, error);
    });
    try {
      const archive = new WorkbookArchive(zip, await readDirectory(zip, limits), limits);
      archive.verifyKind();
      return archive;
    } catch (error) {
      zip.close();
      throw error;
    }
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /** Bytes that a part says it inflates to; good for progress, never for safety. */
  declaredBytes(name: string): number {
    return this.entries.get(name)?.uncompressedSize ?? 0;
  }

  /** The text of one part, in pieces. Reading stops with imports.archive_refused as soon as it grows beyond the limits. */
  async *readText(name: string, onBytes: (bytes: number) => void = () => undefined): AsyncGenerator<string> {
    const entry = this.entries.get(name);
    if (!entry) throw refuseFile('imports.archive_refused', DAMAGED);
    try {
      const decoder = new StringDecoder('utf8');
      for await (const bytes of this.inflate(entry)) {
        onBytes(bytes.length);
        yield decoder.write(bytes);
      }
      yield decoder.end();
    } catch (error) {
      throw toArchiveRefusal(error);
    }
  }

  /**
   * Inflates here and not in yauzl, for zlib then tells how much compressed data it has taken: a bomb is seen in its
   * first megabyte, however big the part around it is.
   */
  private async *inflate(entry: Entry): AsyncGenerator<Buffer> {
    const isDeflated = entry.compressionMethod === DEFLATED;
    if (entry.isEncrypted() || !(isDeflated || entry.compressionMethod === STORED)) {
      throw refuseFile('imports.archive_refused', DAMAGED);
    }
    const raw = await this.zip.openReadStreamPromise(entry, { decodeFileData: false });
    const inflater = createInflateRaw();
    const output = isDeflated ? raw.on('error', (error) => inflater.destroy(error)).pipe(inflater) : raw;
    let entryBytes = 0;
    try {
      for await (const bytes of output as AsyncIterable<Buffer>) {
        entryBytes += bytes.length;
        if (isDeflated) this.verifyGrowth(bytes.length, entryBytes, inflater.bytesWritten);
        if (entryBytes > entry.uncompressedSize) break;
        yield bytes;
      }
    } finally {
      raw.destroy();
      inflater.destroy();
    }
    if (entryBytes !== entry.uncompressedSize) throw refuseFile('imports.archive_refused', DAMAGED);
  }

  close(): void {
    this.zip.close();
  }

  private verifyGrowth(newBytes: number, entryBytes: number, compressedBytes: number): void {
    this.inflatedBytes += newBytes;
    const isOverRatio = isSuspectRatio(entryBytes, compressedBytes, this.limits);
    if (isOverRatio || this.inflatedBytes > this.limits.inflatedBytes) {
      throw refuseFile('imports.archive_refused', UNSAFE);
    }
  }

  private verifyKind(): void {
    if (!this.has('xl/workbook.xml')) {
      throw refuseFile(
        'imports.format_unsupported',
        'This is a zip archive or a document of another kind, not an Excel workbook. Save the list as CSV or XLSX and upload that.',
      );
    }
    if (this.has('xl/vbaProject.bin')) {
      throw refuseFile(
        'imports.format_unsupported',
        'This workbook contains macros. Save it as .xlsx and upload that.',
      );
    }
  }
}

async function readDirectory(zip: ZipFile, limits: ArchiveLimits): Promise<Map<string, Entry>> {
  if (zip.entryCount > limits.archiveEntries) throw refuseFile('imports.archive_refused', UNSAFE);
  const entries = new Map<string, Entry>();
  let declaredBytes = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      declaredBytes += entry.uncompressedSize;
      const isOverRatio = isSuspectRatio(entry.uncompressedSize, entry.compressedSize, limits);
      if (isOverRatio || declaredBytes > limits.inflatedBytes)
        throw refuseFile('imports.archive_refused', UNSAFE);
      entries.set(entry.fileName, entry);
    }
  } catch (error) {
    throw toArchiveRefusal(error);
  }
  return entries;
}

function isSuspectRatio(inflated: number, compressed: number, limits: ArchiveLimits): boolean {
  return inflated > RATIO_FREE_BYTES && inflated > compressed * limits.inflationRatio;
}

/** zlib and yauzl report damage and lying sizes as plain errors. */
function toArchiveRefusal(error: unknown): unknown {
  return isDomainError(error) ? error : refuseFile('imports.archive_refused', DAMAGED, error);
}
