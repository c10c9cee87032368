import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DomainError } from '#domain';
import { openContactFile } from './contact-file.js';
import type { ContactFileInput, DetectedFile } from './contact-file.js';
import type { ContactRow } from './contact-row.js';

export interface ReadFile {
  detected: DetectedFile;
  rows: ContactRow[];
}

/** Only for the specs beside it: files in a folder of their own, read to the end. */
export class SampleFiles {
  private constructor(readonly folder: string) {}

  static async create(): Promise<SampleFiles> {
    return new SampleFiles(await mkdtemp(join(tmpdir(), 'contact-files-')));
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  async write(content: string | Buffer): Promise<string> {
    const path = join(this.folder, 'list');
    await writeFile(path, content);
    return path;
  }

  async read(content: string | Buffer, input: Partial<ContactFileInput> = {}): Promise<ReadFile> {
    return readContactFile({
      path: await this.write(content),
      fileName: 'list.csv',
      defaultCountry: 'TW',
      ...input,
    });
  }

  /** The refusal of a file that must be refused. */
  async refusal(content: string | Buffer, input: Partial<ContactFileInput> = {}): Promise<DomainError> {
    return catchRefusal(this.read(content, input));
  }
}

export async function readContactFile(input: ContactFileInput): Promise<ReadFile> {
  const file = await openContactFile(input);
  const rows: ContactRow[] = [];
  for await (const batch of file.batches()) rows.push(...batch);
  return { detected: file.detected, rows };
}

export async function catchRefusal(attempt: Promise<unknown>): Promise<DomainError> {
  const outcome = await attempt.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof DomainError) return outcome;
  throw new Error('Expected a DomainError', { cause: outcome });
}
