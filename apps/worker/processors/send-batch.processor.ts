import type { JobContext, JobProcessor } from '#platform';
import type { SendBatchUseCase } from '#messaging';

type SendJob = 'messages.send-otp' | 'messages.send-transactional' | 'messages.send-bulk';

/** Hands one batch to its gateway; one instance per lane. */
export class SendBatchProcessor<Name extends SendJob> implements JobProcessor<Name> {
  /** @param onDone there may be room for the next batch */
  constructor(
    readonly job: Name,
    private readonly sendBatch: SendBatchUseCase,
    private readonly onDone: () => void,
  ) {}

  async run({ batchId }: { batchId: string }, { signal }: JobContext): Promise<void> {
    await this.sendBatch.execute(BigInt(batchId), signal);
    this.onDone();
  }
}
