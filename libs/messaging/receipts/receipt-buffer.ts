import type { Logger } from '#platform';
import type { FinalReceipt } from './apply-receipts.use-case.js';

/** Receipts per transaction. */
const MAX_BATCH = 1_000;
/** Longest time a receipt waits for company before it is committed. */
const MAX_WAIT_MS = 25;

interface Waiting {
  receipt: FinalReceipt;
  committed: () => void;
  failed: (error: unknown) => void;
}

/**
 * Collects the receipts of one gateway and commits them many at a time. Each promise settles after the commit of its
 * batch, so the carrier gets its answer only when the receipt is safe; when the database fails it gets a refusal and
 * sends the receipt again (rule S10).
 */
export class ReceiptBuffer {
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> | undefined;

  constructor(
    private readonly apply: (receipts: readonly FinalReceipt[]) => Promise<void>,
    private readonly logger: Logger,
  ) {}

  /** Resolves when the receipt is committed; rejects when it could not be. */
  add(receipt: FinalReceipt): Promise<void> {
    return new Promise((committed, failed) => {
      this.#waiting.push({ receipt, committed, failed });
      if (this.#waiting.length >= MAX_BATCH) this.#flushSoon(0);
      else this.#flushSoon(MAX_WAIT_MS);
    });
  }

  /** Commits what is there. */
  async drain(): Promise<void> {
    while (this.#waiting.length > 0 || this.#flushing) {
      this.#flushSoon(0);
      await this.#flushing;
    }
  }

  #flushSoon(delayMs: number): void {
    if (this.#flushing) return;
    if (delayMs === 0) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#flushing = this.#flush().finally(() => {
        this.#flushing = undefined;
        if (this.#waiting.length > 0) this.#flushSoon(this.#waiting.length >= MAX_BATCH ? 0 : MAX_WAIT_MS);
      });
      return;
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#flushSoon(0);
    }, delayMs);
  }

  async #flush(): Promise<void> {
    const batch = this.#waiting.splice(0, MAX_BATCH);
    if (batch.length === 0) return;
    try {
      await this.apply(batch.map(({ receipt }) => receipt));
      for (const { committed } of batch) committed();
    } catch (error) {
      this.logger.error(
        { err: error, receipts: batch.length },
        'receipts could not be stored; the carrier keeps them',
      );
      for (const { failed } of batch) failed(error);
    }
  }
}
