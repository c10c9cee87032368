import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { refuseFile } from './import-refusal.js';
import { DEFAULT_FILE_LIMITS } from './limits.js';

export interface SpooledUpload {
  path: string;
  sizeBytes: number;
}

/**
 * Puts a stream into a file of our own naming, since reading a list needs to go over it twice (encoding first) and an
 * XLSX is read from its end. The caller removes the file; after an error none is left.
 * @throws DomainError imports.file_too_large
 */
export async function spoolUpload(
  stream: Readable,
  directory: string,
  maxBytes = DEFAULT_FILE_LIMITS.fileBytes,
): Promise<SpooledUpload> {
  const path = join(directory, `import-${randomUUID()}`);
  let sizeBytes = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) done(refuseFile('imports.file_too_large'));
      else done(null, chunk);
    },
  });
  try {
    await pipeline(stream, counter, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return { path, sizeBytes };
}
