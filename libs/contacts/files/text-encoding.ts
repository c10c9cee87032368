import { isUtf8 } from 'node:buffer';
import { Big5Census, Utf8Census, WesternCensus } from './byte-census.js';
import { readChunks } from './file-chunks.js';
import { isControlByte, refuseBinary } from './file-format.js';
import { refuseFile, refuseRow } from './import-refusal.js';

export type TextEncodingName = 'utf-8' | 'utf-16le' | 'utf-16be' | 'big5' | 'windows-1252';

export interface TextEncoding {
  name: TextEncodingName;
  /** Bytes of the byte order mark, which are no content. */
  bomBytes: number;
}

const BOMS: readonly { bytes: Buffer; name: TextEncodingName }[] = [
  { bytes: Buffer.from([0xef, 0xbb, 0xbf]), name: 'utf-8' },
  { bytes: Buffer.from([0xff, 0xfe]), name: 'utf-16le' },
  { bytes: Buffer.from([0xfe, 0xff]), name: 'utf-16be' },
];
const UTF_32_BOMS = [Buffer.from([0xff, 0xfe, 0, 0]), Buffer.from([0, 0, 0xfe, 0xff])];

/** Digits, delimiters and line breaks are ASCII with a NUL beside them in UTF-16, whatever the language. */
const UTF16_ASCII_SHARE = 0.2;
const UTF16_CONTROL_SHARE = 0.02;

/** Share of high bytes that may follow another high byte in a western text ("Œuvres à", "«é»"). */
const WESTERN_PAIR_SHARE = 0.25;

/** Valid sequences per broken one from which on a file was meant as UTF-8. */
const DAMAGED_UTF8_RATIO = 5;

const UNREADABLE =
  'holds bytes that are neither UTF-8, UTF-16 nor Big5. Save the file as "CSV UTF-8" and upload it again.';

/**
 * Decides the encoding of a text file by reading every byte of it once, because a list may be ASCII for a megabyte
 * and Big5 from there on. Order: byte order mark, UTF-16 by its NULs, valid UTF-8, valid Big5 with everyday
 * characters, and windows-1252 as the last resort, only where high bytes stand alone as accented letters do.
 * Anything else is refused with the row of the first unreadable byte: a wrong guess would send broken names to
 * thousands of phones.
 * @param head the beginning of the file
 * @throws DomainError imports.encoding_unknown, imports.format_unsupported for bytes that are no text
 */
export async function detectEncoding(
  path: string,
  head: Buffer,
  signal?: AbortSignal,
): Promise<TextEncoding> {
  if (UTF_32_BOMS.some((bom) => startsWith(head, bom))) {
    throw refuseFile(
      'imports.encoding_unknown',
      'The file is UTF-32. Save it as "CSV UTF-8" and upload it again.',
    );
  }
  const bom = BOMS.find(({ bytes }) => startsWith(head, bytes));
  const bomBytes = bom?.bytes.length ?? 0;
  const utf16 = bom ? bom.name : detectUtf16(head);
  if (utf16 === 'utf-16le' || utf16 === 'utf-16be') {
    await verifyUtf16(path, utf16, bomBytes, signal);
    return { name: utf16, bomBytes };
  }
  refuseBinary(head);
  if (await isFileUtf8(path, signal)) return { name: 'utf-8', bomBytes };
  return { name: await detectLegacyEncoding(path, signal), bomBytes: 0 };
}

function detectUtf16(head: Buffer): TextEncodingName | undefined {
  if (looksLikeUtf16(head, 0)) return 'utf-16le';
  return looksLikeUtf16(head, 1) ? 'utf-16be' : undefined;
}

/** @param lowAt where the low byte of a unit stands: 0 in little-endian, 1 in big-endian */
function looksLikeUtf16(head: Buffer, lowAt: 0 | 1): boolean {
  const units = Math.floor(head.length / 2);
  let texts = 0;
  let controls = 0;
  for (let at = 0; at < units * 2; at += 2) {
    if (head[at + 1 - lowAt] !== 0) continue;
    if (isControlByte(head[at + lowAt] ?? 0)) controls++;
    else texts++;
  }
  return texts > 0 && texts >= units * UTF16_ASCII_SHARE && controls <= units * UTF16_CONTROL_SHARE;
}

/** Half a unit at the end or half a surrogate pair anywhere means that the file is cut or is something else. */
async function verifyUtf16(path: string, name: TextEncodingName, bomBytes: number, signal?: AbortSignal) {
  const decoder = new TextDecoder(name, { fatal: true });
  let row = 1;
  try {
    for await (const chunk of readChunks(path, bomBytes)) {
      signal?.throwIfAborted();
      row += countLineBreaks(decoder.decode(chunk, { stream: true }));
    }
    decoder.decode();
  } catch (error) {
    if (!isInvalidText(error)) throw error;
    throw refuseRow(
      'imports.encoding_unknown',
      row,
      'From about here on the file holds broken UTF-16 characters.',
    );
  }
}

/** By its code: the class of the error belongs to whichever realm the decoder does. */
function isInvalidText(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
  );
}

function countLineBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** Uses the vectorised check of Node.js on pieces cut at character boundaries (about 10 GB/s on ASCII). */
async function isFileUtf8(path: string, signal?: AbortSignal): Promise<boolean> {
  let carry = Buffer.alloc(0);
  for await (const chunk of readChunks(path)) {
    signal?.throwIfAborted();
    const bytes = carry.length === 0 ? chunk : Buffer.concat([carry, chunk]);
    const end = findCharacterBoundary(bytes);
    if (!isUtf8(bytes.subarray(0, end))) return false;
    carry = Buffer.from(bytes.subarray(end));
  }
  return carry.length === 0;
}

/** Where the last, possibly unfinished UTF-8 sequence of the bytes begins, or their end when it is finished. */
function findCharacterBoundary(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes.length;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 0;
    if (needed > 0) return needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

async function detectLegacyEncoding(path: string, signal?: AbortSignal): Promise<TextEncodingName> {
  const big5 = new Big5Census();
  const utf8 = new Utf8Census();
  const western = new WesternCensus();
  for await (const chunk of readChunks(path)) {
    signal?.throwIfAborted();
    for (const census of [big5, utf8, western]) census.add(chunk);
  }
  big5.end();
  utf8.end();
  if (big5.isConvincing()) return 'big5';
  const wasUtf8 = utf8.sequences > utf8.invalid * DAMAGED_UTF8_RATIO;
  const isWestern =
    western.undefinedBytes === 0 && western.pairedHighBytes <= western.highBytes * WESTERN_PAIR_SHARE;
  if (isWestern && !wasUtf8) return 'windows-1252';
  const offset = wasUtf8 || big5.firstInvalidAt < 0 ? utf8.firstInvalidAt : big5.firstInvalidAt;
  const row = await findRow(path, offset);
  throw refuseRow('imports.encoding_unknown', row, `The row ${UNREADABLE}`);
}

async function findRow(path: string, offset: number): Promise<number> {
  let row = 1;
  let left = offset;
  for await (const chunk of readChunks(path)) {
    const bytes = chunk.subarray(0, Math.max(0, left));
    for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) row++;
    left -= chunk.length;
    if (left <= 0) break;
  }
  return row;
}

function startsWith(head: Buffer, bytes: Buffer): boolean {
  return head.subarray(0, bytes.length).equals(bytes);
}
