import { CHUNK_CHARS, CHUNK_ROWS } from './import-limits.js';

/**
 * Collects lines of COPY text and sends them in chunks. The next chunk is collected while one is on its way, and no
 * more: that bounds the memory and keeps file reader and database busy at the same time.
 */
export class StagingWriter {
  #blocks: string[] = [];
  #rows = 0;
  #chars = 0;
  #onItsWay: Promise<void> = Promise.resolve();
  #staged = 0;

  constructor(private readonly send: (blocks: readonly string[]) => Promise<void>) {}

  /** Rows given to `write` so far. */
  get staged(): number {
    return this.#staged;
  }

  /** Resolves when more rows may come. */
  async write(lines: readonly string[]): Promise<void> {
    // One block per call: PostgreSQL gets a message for each block, and a message per line would cost more than the COPY.
    const block = lines.join('');
    this.#blocks.push(block);
    this.#chars += block.length;
    this.#rows += lines.length;
    this.#staged += lines.length;
    if (this.#rows >= CHUNK_ROWS || this.#chars >= CHUNK_CHARS) await this.#sendChunk();
  }

  /** Resolves when every row is staged. */
  async end(): Promise<void> {
    await this.#sendChunk();
    await this.#onItsWay;
  }

  async #sendChunk(): Promise<void> {
    await this.#onItsWay;
    const blocks = this.#blocks;
    const isEmpty = this.#rows === 0;
    this.#blocks = [];
    this.#rows = 0;
    this.#chars = 0;
    if (isEmpty) return;
    this.#onItsWay = this.send(blocks);
    // A failure is thrown by the next call; until then it must not count as unheard.
    this.#onItsWay.catch(() => undefined);
  }

  /** Waits for the chunk on its way, whatever becomes of it: after this nothing is written any more. */
  async settle(): Promise<void> {
    await this.#onItsWay.catch(() => undefined);
  }
}
