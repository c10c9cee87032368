import type { RunImportUseCase } from '#contacts';
import type { JobContext, JobProcessor } from '#platform';

/** Streams an uploaded file into its contact list. */
export class RunImportProcessor implements JobProcessor<'imports.run'> {
  readonly job = 'imports.run';

  constructor(private readonly runImport: RunImportUseCase) {}

  async run({ importId }: { importId: string }, { signal }: JobContext): Promise<void> {
    await this.runImport.execute(importId, signal);
  }
}
