import { refuseFile } from './import-refusal.js';

export type ContainerFormat = 'text' | 'zip';

/** Bytes at the start of the file that the decision needs. */
export const FORMAT_HEAD_BYTES = 64 * 1024;

/** Share of control bytes from which on the content is no text; one stray NUL in a small file stays below it. */
const BINARY_SHARE = 0.05;

interface KnownFormat {
  signature: Buffer;
  sentence: string;
}

const SAVE_AS = 'Save the list as CSV or XLSX and upload that.';

const ascii = (text: string) => Buffer.from(text, 'latin1');
const refused = (signature: Buffer, what: string): KnownFormat => ({
  signature,
  sentence: `This is ${what}. ${SAVE_AS}`,
});

const REFUSED_FORMATS: readonly KnownFormat[] = [
  {
    signature: Buffer.from('d0cf11e0a1b11ae1', 'hex'),
    sentence:
      'This is an old Excel workbook (.xls) or one locked by a password. Save it as .xlsx without a password, or as CSV.',
  },
  refused(ascii('%PDF-'), 'a PDF document'),
  refused(ascii('\x89PNG'), 'a picture'),
  refused(ascii('\xff\xd8\xff'), 'a picture'),
  refused(ascii('GIF8'), 'a picture'),
  refused(ascii('\x1f\x8b'), 'a compressed file (gzip)'),
  refused(ascii('Rar!'), 'a compressed file (RAR)'),
  refused(ascii('7z\xbc\xaf'), 'a compressed file (7z)'),
  refused(ascii('{\\rtf'), 'a formatted text document (RTF)'),
  refused(ascii('\x7fELF'), 'a program'),
];

const MARKUP = /^\s*<(?:!doctype|html|head|body|table|meta|\?xml)\b/i;

/**
 * Decides by content what the file is; the name and its ending are never trusted.
 * @param head at least the first bytes of the file, up to FORMAT_HEAD_BYTES
 * @throws DomainError imports.file_empty, imports.format_unsupported with a sentence that names what was uploaded
 */
export function detectContainer(head: Buffer): ContainerFormat {
  if (head.length === 0) throw refuseFile('imports.file_empty');
  if (startsWith(head, ascii('PK\x03\x04')) || startsWith(head, ascii('PK\x05\x06'))) return 'zip';
  const known = REFUSED_FORMATS.find(({ signature }) => startsWith(head, signature));
  if (known) throw refuseFile('imports.format_unsupported', known.sentence);
  if (MARKUP.test(head.toString('latin1', 0, 256).replace('\xef\xbb\xbf', ''))) {
    throw refuseFile(
      'imports.format_unsupported',
      `This is a web page or XML saved under another name. ${SAVE_AS}`,
    );
  }
  return 'text';
}

/** Refuses bytes that are no text in any encoding. To be asked only after UTF-16, whose NULs are normal, is excluded. */
export function refuseBinary(head: Buffer): void {
  let controls = 0;
  for (const byte of head) if (isControlByte(byte)) controls++;
  if (controls > head.length * BINARY_SHARE) {
    throw refuseFile('imports.format_unsupported', `This is not a text file or spreadsheet. ${SAVE_AS}`);
  }
}

/** Whether no text has this byte: a control character other than TAB, LF, CR and the old end-of-file mark. */
export function isControlByte(byte: number): boolean {
  return byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d && byte !== 0x1a;
}

function startsWith(head: Buffer, signature: Buffer): boolean {
  return head.subarray(0, signature.length).equals(signature);
}
