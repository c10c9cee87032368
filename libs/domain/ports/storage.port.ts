import type { Readable } from 'node:stream';

export interface StoredFile {
  /** Names the file from now on; cannot be guessed. */
  readonly key: string;
  readonly sizeBytes: number;
}

/** Files that are too large for the database: uploads, and what is written for download. */
export interface FileStorage {
  /**
   * Stores a stream to its end. Nothing is left behind when the stream breaks or is too long.
   * @throws DomainError request.too_large above maxBytes
   */
  put(content: Readable, maxBytes: number): Promise<StoredFile>;
  /** @throws DomainError resource.not_found */
  open(key: string): Promise<Readable>;
  /**
   * Lends the file under a path of this machine for as long as `work` runs, for readers that need to seek.
   * @throws DomainError resource.not_found
   */
  useLocalFile<T>(key: string, work: (path: string) => Promise<T>): Promise<T>;
  /** A file that is not there counts as deleted. */
  delete(key: string): Promise<void>;
  /** Removes what processes that died in the middle of a `put` left behind. */
  removeLeftovers(): Promise<void>;
}
