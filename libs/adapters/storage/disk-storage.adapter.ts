import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DomainError, type FileStorage, type StoredFile } from '#domain';

/** 192 random bits; the shape is checked before a key becomes part of a path. */
const KEY_BYTES = 24;
const KEY = /^[0-9a-f]{48}$/;
const FOLDER = 'uploads';
const PARTIAL = '.partial';
/** No upload takes this long, so an unfinished file of this age belongs to a process that died. */
const LEFTOVER_AGE_MS = 24 * 60 * 60 * 1000;

/**
 * Files in one folder, which all processes that use them must share (a volume when they run on several machines).
 * A file appears under its key only when it is complete and on the disk.
 */
export class DiskStorage implements FileStorage {
  private readonly folder: string;

  /** @param dataDir the folder for everything this installation keeps; the files go into one of their own in it */
  constructor(dataDir: string) {
    this.folder = join(dataDir, FOLDER);
  }

  async put(content: Readable, maxBytes: number): Promise<StoredFile> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const key = randomBytes(KEY_BYTES).toString('hex');
    const partial = this.#pathOf(key) + PARTIAL;
    const meter = new SizeLimit(maxBytes);
    try {
      // flush: the rename must not overtake the content when the machine loses power.
      await pipeline(content, meter, createWriteStream(partial, { flags: 'wx', mode: 0o600, flush: true }));
      await rename(partial, this.#pathOf(key));
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
    return { key, sizeBytes: meter.sizeBytes };
  }

  async open(key: string): Promise<Readable> {
    const file = await this.#find(key, (path) => open(path, 'r'));
    return file.createReadStream();
  }

  async useLocalFile<T>(key: string, work: (path: string) => Promise<T>): Promise<T> {
    await this.#find(key, stat);
    return work(this.#pathOf(key));
  }

  async delete(key: string): Promise<void> {
    if (KEY.test(key)) await rm(this.#pathOf(key), { force: true });
  }

  async removeLeftovers(): Promise<void> {
    const names = await readdir(this.folder).catch(() => []);
    for (const name of names.filter((one) => one.endsWith(PARTIAL))) {
      const path = join(this.folder, name);
      const age = await stat(path).then(
        ({ mtimeMs }) => Date.now() - mtimeMs,
        () => 0,
      );
      if (age > LEFTOVER_AGE_MS) await rm(path, { force: true });
    }
  }

  async #find<T>(key: string, work: (path: string) => Promise<T>): Promise<T> {
    if (!KEY.test(key)) throw new DomainError('resource.not_found');
    try {
      return await work(this.#pathOf(key));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      throw new DomainError('resource.not_found', { cause: error });
    }
  }

  #pathOf(key: string): string {
    return join(this.folder, key);
  }
}

/** Lets at most so many bytes through and counts them. */
class SizeLimit extends Transform {
  sizeBytes = 0;

  constructor(private readonly maxBytes: number) {
    super();
  }

  override _transform(
    chunk: Buffer,
    _encoding: BufferEncoding,
    done: (error?: Error, data?: Buffer) => void,
  ) {
    this.sizeBytes += chunk.length;
    if (this.sizeBytes > this.maxBytes) done(new DomainError('request.too_large'));
    else done(undefined, chunk);
  }
}
