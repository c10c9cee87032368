import { decodeFile } from './decode-text.js';
import { detectDelimiter } from './delimiter.js';
import type { FileLimits } from './limits.js';
import { RecordTokenizer } from './record-tokenizer.js';
import type { FileRow } from './record-tokenizer.js';
import type { RowSource } from './row-source.js';
import { detectEncoding } from './text-encoding.js';
import type { TextEncoding } from './text-encoding.js';

interface TextFile {
  path: string;
  sizeBytes: number;
  /** The beginning of the file. */
  head: Buffer;
  limits: FileLimits;
  signal?: AbortSignal | undefined;
}

/** Opens a CSV or TXT file: finds encoding and delimiter; the rows are read when asked for. */
export async function openTextSource(file: TextFile): Promise<RowSource> {
  const encoding = await detectEncoding(file.path, file.head, file.signal);
  const head = await readFirstText(file.path, encoding);
  const { delimiter, preambleChars } = detectDelimiter(head.text, head.isWhole, file.limits);
  let bytesRead = 0;
  return {
    format: delimiter === null ? 'txt' : 'csv',
    encoding: encoding.name,
    delimiter,
    rows: () => readRows(file, encoding, delimiter, preambleChars, (bytes) => (bytesRead += bytes)),
    readShare: () => Math.min(1, (bytesRead + encoding.bomBytes) / Math.max(1, file.sizeBytes)),
    close: async () => undefined,
  };
}

async function readFirstText(
  path: string,
  encoding: TextEncoding,
): Promise<{ text: string; isWhole: boolean }> {
  let text: string | undefined;
  for await (const piece of decodeFile(path, encoding)) {
    if (text !== undefined) return { text, isWhole: false };
    text = piece;
  }
  return { text: text ?? '', isWhole: true };
}

async function* readRows(
  file: TextFile,
  encoding: TextEncoding,
  delimiter: string | null,
  preambleChars: number,
  onBytes: (bytes: number) => void,
): AsyncGenerator<FileRow[]> {
  const tokenizer = new RecordTokenizer(delimiter, file.limits);
  let skipChars = preambleChars;
  for await (const text of decodeFile(file.path, encoding, onBytes)) {
    file.signal?.throwIfAborted();
    yield tokenizer.push(skipChars > 0 ? text.slice(skipChars) : text);
    skipChars = 0;
  }
  yield tokenizer.end();
}
