import { Inject, Injectable } from '@nestjs/common';
import type { FileStorage } from '#domain';
import { Database } from '#platform';
import { STORAGE } from '../storage.js';
import { REMOVALS_PER_SWEEP } from './import-limits.js';

/** Deletes uploads whose import has finished: they hold personal data and nobody needs them any more. */
@Injectable()
export class RemoveSpentUploadsUseCase {
  constructor(
    private readonly database: Database,
    @Inject(STORAGE) private readonly storage: FileStorage,
  ) {}

  /** @param importId only this import's upload; those of all imports when left out */
  async execute(importId?: string): Promise<void> {
    const spent = await this.database.runSystemStatement<{ id: string; storageKey: string }>(
      `SELECT id, storage_key AS "storageKey" FROM imports
       WHERE storage_key IS NOT NULL AND finished_at IS NOT NULL AND ($1::uuid IS NULL OR id = $1)
       ORDER BY finished_at LIMIT $2`,
      [importId ?? null, REMOVALS_PER_SWEEP],
    );
    for (const { id, storageKey } of spent) {
      // The file first: a crash in between only deletes it once more.
      await this.storage.delete(storageKey);
      await this.database.runSystemStatement('UPDATE imports SET storage_key = NULL WHERE id = $1', [id]);
    }
  }
}
