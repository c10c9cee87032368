import { PassThrough } from 'node:stream';
import type { FileStorage, StoredFile } from '#domain';
import type { DetectedFile } from '../files/contact-file.js';
import { RejectedRowsWriter, type RejectedRow } from '../files/rejected-rows-writer.js';
import { MAX_REJECTED_FILE_BYTES } from './import-limits.js';

/** A file of rejected rows on its way into storage. */
export class RejectedFile {
  readonly #stream = new PassThrough();
  readonly #stored: Promise<StoredFile>;
  readonly #writer: RejectedRowsWriter;

  constructor(
    private readonly storage: FileStorage,
    detected: DetectedFile,
  ) {
    this.#stored = storage.put(this.#stream, MAX_REJECTED_FILE_BYTES);
    // A failure of the storage reaches the writer through the stream it destroys, and `end` through the promise.
    this.#stored.catch(() => undefined);
    this.#writer = new RejectedRowsWriter(this.#stream, detected);
  }

  async write(rows: readonly RejectedRow[]): Promise<void> {
    await this.#writer.write(rows);
  }

  /** @returns the key of the complete file */
  async end(): Promise<string> {
    await this.#writer.end();
    return (await this.#stored).key;
  }

  /** Leaves no file behind, complete or not. */
  async discard(): Promise<void> {
    this.#stream.destroy();
    const stored = await this.#stored.catch(() => undefined);
    if (stored) await this.storage.delete(stored.key);
  }
}
