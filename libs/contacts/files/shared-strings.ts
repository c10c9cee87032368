import { refuseFile } from './import-refusal.js';
import type { FileLimits } from './limits.js';
import { XmlReader } from './xml-reader.js';

const PAGE_BYTES = 1024 * 1024;

type StringLimits = Pick<FileLimits, 'sharedStringBytes' | 'sharedStrings' | 'cellChars'>;

/** Bytes in front of each string that tell its length. */
const LENGTH_BYTES = 2;

/** Longest string kept, in characters; as UTF-8 it takes three bytes each at most, which LENGTH_BYTES can tell. */
const KEPT_CHARS = 20_000;

/**
 * The shared strings of a workbook as UTF-8 in pages outside the JavaScript heap: a million names take the bytes they
 * have and ten more each, and the garbage collector never walks over them.
 */
export class SharedStrings {
  private readonly pages: Buffer[] = [];
  private usedBytes = PAGE_BYTES;
  private storedBytes = 0;
  /** Where each string begins, counted over all pages. */
  private readonly places: number[] = [];

  constructor(private readonly limits: StringLimits) {}

  /** One character more than a cell may have is kept, so that the cell that uses the string is the one refused. */
  add(text: string): void {
    const kept = text.slice(0, Math.min(KEPT_CHARS, this.limits.cellChars + 1));
    const length = Buffer.byteLength(kept);
    this.storedBytes += length;
    if (this.storedBytes > this.limits.sharedStringBytes || this.places.length >= this.limits.sharedStrings) {
      throw refuseFile(
        'imports.archive_refused',
        'The spreadsheet holds too much text to be read as a whole. Save the list as CSV and upload that.',
      );
    }
    const page = this.findPage(LENGTH_BYTES + length);
    this.places.push((this.pages.length - 1) * PAGE_BYTES + this.usedBytes);
    page.writeUInt16LE(length, this.usedBytes);
    page.write(kept, this.usedBytes + LENGTH_BYTES);
    this.usedBytes += LENGTH_BYTES + length;
  }

  /** The string with this index, or undefined when the sheet names one that does not exist. */
  get(index: number): string | undefined {
    const place = this.places[index];
    const page = place === undefined ? undefined : this.pages[Math.floor(place / PAGE_BYTES)];
    if (place === undefined || page === undefined) return undefined;
    const start = (place % PAGE_BYTES) + LENGTH_BYTES;
    return page.toString('utf8', start, start + page.readUInt16LE(start - LENGTH_BYTES));
  }

  private findPage(bytes: number): Buffer {
    const last = this.pages.at(-1);
    if (last !== undefined && this.usedBytes + bytes <= PAGE_BYTES) return last;
    const page = Buffer.allocUnsafeSlow(PAGE_BYTES);
    this.pages.push(page);
    this.usedBytes = 0;
    return page;
  }
}

/** Reads the part with the shared strings; rich text is joined, phonetic readings (rPh) are left out. */
export async function readSharedStrings(
  text: AsyncIterable<string>,
  limits: StringLimits,
  signal?: AbortSignal,
) {
  const strings = new SharedStrings(limits);
  const collector = new TextCollector(limits);
  const reader = new XmlReader({
    open: (name) => {
      if (name === 'si') collector.clear();
      collector.open(name);
    },
    text: (piece) => collector.text(piece),
    close: (name) => {
      collector.close(name);
      if (name === 'si') strings.add(collector.take());
    },
  });
  for await (const piece of text) {
    signal?.throwIfAborted();
    reader.push(piece);
  }
  reader.end();
  return strings;
}

/** Joins the text of `t` and `v` elements, apart from those inside `rPh`, and stops growing just beyond a cell's limit. */
export class TextCollector {
  private value = '';
  private isInText = false;
  private isInPhonetic = false;

  constructor(private readonly limits: Pick<FileLimits, 'cellChars'>) {}

  clear(): void {
    this.value = '';
    this.isInText = false;
    this.isInPhonetic = false;
  }

  open(name: string): void {
    if (name === 'rPh') this.isInPhonetic = true;
    else if (name === 't' || name === 'v') this.isInText = true;
  }

  text(piece: string): void {
    if (!this.isInText || this.isInPhonetic || this.value.length > this.limits.cellChars) return;
    this.value += piece;
  }

  close(name: string): void {
    if (name === 'rPh') this.isInPhonetic = false;
    else if (name === 't' || name === 'v') this.isInText = false;
  }

  /** The text with Excel's escapes for control characters (`_x000D_`) undone. */
  take(): string {
    if (!this.value.includes('_x')) return this.value;
    return this.value.replace(/_x([0-9A-Fa-f]{4})_/g, (_match, hex: string) => {
      const code = Number.parseInt(hex, 16);
      return code === 0 ? '\uFFFD' : String.fromCharCode(code);
    });
  }
}
