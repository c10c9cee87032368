import { StringDecoder } from 'node:string_decoder';
import iconv from 'iconv-lite';
import { readChunks } from './file-chunks.js';
import type { TextEncoding, TextEncodingName } from './text-encoding.js';

interface ChunkDecoder {
  write(bytes: Buffer): string;
  end(): string;
}

/**
 * Decodes a file whose encoding was verified, in pieces, with characters that a piece cuts in half kept whole.
 * NUL becomes U+FFFD: PostgreSQL text cannot hold it, and dropping it could make a number valid that was not.
 * @param onBytes told how many bytes each piece took, for progress
 */
export async function* decodeFile(
  path: string,
  encoding: TextEncoding,
  onBytes: (bytes: number) => void = () => undefined,
): AsyncGenerator<string> {
  const decoder = createDecoder(encoding.name);
  for await (const chunk of readChunks(path, encoding.bomBytes)) {
    onBytes(chunk.length);
    yield replaceNul(decoder.write(chunk));
  }
  const rest = decoder.end();
  if (rest !== '') yield replaceNul(rest);
}

function createDecoder(name: TextEncodingName): ChunkDecoder {
  switch (name) {
    case 'utf-8':
      return new StringDecoder('utf8');
    case 'big5':
      return createBig5Decoder();
    case 'utf-16le':
    case 'utf-16be':
    case 'windows-1252':
      return createStandardDecoder(name);
  }
}

/** iconv-lite's table is Microsoft's code page 950, which Excel in Taiwan writes, plus the characters of Hong Kong. */
function createBig5Decoder(): ChunkDecoder {
  const decoder = iconv.getDecoder('big5');
  return { write: (bytes) => decoder.write(bytes), end: () => decoder.end() ?? '' };
}

function createStandardDecoder(name: TextEncodingName): ChunkDecoder {
  const decoder = new TextDecoder(name, { ignoreBOM: true });
  return { write: (bytes) => decoder.decode(bytes, { stream: true }), end: () => decoder.decode() };
}

function replaceNul(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text;
}
