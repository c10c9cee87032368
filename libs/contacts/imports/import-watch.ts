import { Periodic, type Logger } from '#platform';
import type { DetectedFile } from '../files/contact-file.js';
import { PROGRESS_MS } from './import-limits.js';
import type { ClaimedRun, ImportRunsRepository } from './import-runs.repository.js';

/** Tells a run's progress about once a second and notices when the import was cancelled or taken over. */
export class ImportWatch {
  rows = 0;
  detected: DetectedFile | undefined;
  readShare: () => number = () => 0;
  readonly #lost = new AbortController();
  readonly #periodic: Periodic;

  constructor(runs: ImportRunsRepository, run: ClaimedRun, logger: Logger) {
    this.#periodic = new Periodic(
      'import progress',
      PROGRESS_MS,
      async () => {
        const { rows, detected } = this;
        if (!(await runs.tellProgress(run, { rows, detected, readShare: this.readShare() })))
          this.#lost.abort();
      },
      logger,
    );
  }

  /** Aborted when the import is not this run's any more. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  start(): void {
    this.#periodic.start();
  }

  async stop(): Promise<void> {
    await this.#periodic.stop();
  }
}
