import type { Logger } from '../observability/logger.js';

/** Work that is repeated with a pause between the end of one run and the start of the next, so runs never overlap. */
export class Periodic {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #stopped = true;
  #again = false;

  constructor(
    private readonly name: string,
    private readonly pauseMs: number,
    private readonly work: () => Promise<void>,
    private readonly logger: Logger,
  ) {}

  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.poke();
  }

  /** Runs now, or once more right after the run that is under way. */
  poke(): void {
    if (this.#stopped) return;
    if (this.#running) {
      this.#again = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#running = this.#runUntilQuiet().finally(() => {
      this.#running = undefined;
      if (this.#stopped) return;
      this.#timer = setTimeout(() => this.poke(), this.pauseMs);
    });
  }

  /** Waits for the run under way; nothing runs afterwards. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #runUntilQuiet(): Promise<void> {
    do {
      this.#again = false;
      try {
        await this.work();
      } catch (error) {
        // A failed round must not end the series: the next round finds the same work again.
        this.logger.error({ err: error, periodic: this.name }, 'periodic work failed');
        return;
      }
    } while (this.#again && !this.#stopped);
  }
}
