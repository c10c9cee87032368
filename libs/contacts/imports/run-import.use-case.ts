import { Inject, Injectable } from '@nestjs/common';
import { isDomainError, type DomainError, type FileStorage } from '#domain';
import { LOGGER, type Logger } from '#platform';
import { STORAGE } from '../storage.js';
import {
  INTERNAL_FAILURE,
  ImportRunsRepository,
  RunLostError,
  type ClaimedRun,
} from './import-runs.repository.js';
import { MAX_ATTEMPTS } from './import-limits.js';
import { ImportWatch } from './import-watch.js';
import { readImportFile } from './read-import-file.js';
import { RemoveSpentUploadsUseCase } from './remove-spent-uploads.use-case.js';
import { StagingRepository } from './staging.repository.js';

/**
 * Streams an uploaded file into its contact list. The list changes once, at the end, in one transaction. May run twice,
 * at once or one after the other: each run draws an epoch, stages rows under it, and only the last one may merge.
 */
@Injectable()
export class RunImportUseCase {
  constructor(
    private readonly runs: ImportRunsRepository,
    private readonly staging: StagingRepository,
    private readonly removeSpentUploads: RemoveSpentUploadsUseCase,
    @Inject(STORAGE) private readonly storage: FileStorage,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * @param signal stops reading; the import goes back to the queue
   * @throws what may pass by itself, so that the job is repeated. A file that is to blame ends the import as failed.
   */
  async execute(importId: string, signal: AbortSignal): Promise<void> {
    const run = await this.runs.claim(importId);
    if (!run) return;
    const watch = new ImportWatch(this.runs, run, this.logger);
    watch.start();
    try {
      if (run.previousEpoch !== null) await this.staging.clear(run.previousEpoch);
      await this.#import(run, watch, AbortSignal.any([signal, watch.lost]));
    } catch (error) {
      await this.#conclude(run, error, { isLost: watch.lost.aborted, isStopping: signal.aborted });
    } finally {
      await watch.stop();
      await this.#clearStaging(run);
    }
    await this.removeSpentUploads.execute(importId);
  }

  async #import(run: ClaimedRun, watch: ImportWatch, signal: AbortSignal): Promise<void> {
    const stage = (blocks: readonly string[]) => this.staging.add(blocks);
    const read = await this.storage.useLocalFile(run.storageKey, (path) =>
      readImportFile({ run, path, storage: this.storage, stage, watch, signal }),
    );
    try {
      signal.throwIfAborted();
      const counts = await this.runs.merge(run, read);
      this.logger.info({ importId: run.id, ...counts }, 'import done');
    } catch (error) {
      await this.storage.delete(read.rejectedKey);
      throw error;
    }
  }

  /** An outage must not hide the error that ended the run; the sweeper clears later. */
  async #clearStaging({ id, epoch }: ClaimedRun): Promise<void> {
    await this.staging
      .clear(epoch)
      .catch((error: unknown) =>
        this.logger.warn({ err: error, importId: id }, 'staged rows were left behind'),
      );
  }

  async #conclude(
    run: ClaimedRun,
    error: unknown,
    { isLost, isStopping }: { isLost: boolean; isStopping: boolean },
  ): Promise<void> {
    // Whoever cancelled or took over has already said what the import's state is.
    if (isLost || error instanceof RunLostError) return;
    if (isFault(error)) return this.runs.fail(run, error);
    if (isStopping) return this.runs.handOver(run);
    if (run.attempts >= MAX_ATTEMPTS) await this.runs.fail(run, INTERNAL_FAILURE);
    else await this.runs.release(run);
    throw error;
  }
}

/** Whether the file or the list is to blame, so that another run would end the same way. */
const isFault = (error: unknown): error is DomainError =>
  isDomainError(error) && (error.code.startsWith('imports.') || error.code === 'contacts.list_not_found');
