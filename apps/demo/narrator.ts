import type { WriteStream } from 'node:tty';

const PLAIN_PROGRESS_EVERY_MS = 2_000;
const CLEAR_LINE = '\r\u001b[2K';

/** Tells the person at the terminal what happens: finished steps with their durations, and one line of progress. */
export class Narrator {
  #lastPlainProgressAt = 0;
  #isProgressShown = false;

  /** @param output stderr when stdout belongs to the JSON */
  constructor(private readonly output: WriteStream) {}

  /** Runs a step and tells what became of it. @param describe what to add behind the title, from the result */
  async step<Result>(
    title: string,
    work: () => Promise<Result>,
    describe: (result: Result) => string = () => '',
  ): Promise<Result> {
    const startedAt = performance.now();
    try {
      const result = await work();
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(2);
      this.say(`  ${seconds.padStart(7)} s  ${[title, describe(result)].filter(Boolean).join(' · ')}`);
      return result;
    } catch (error) {
      this.say(`   failed    ${title}`);
      throw error;
    }
  }

  say(line: string): void {
    this.#clearProgress();
    this.output.write(`${line}\n`);
  }

  /** Replaces the line of progress on a terminal; elsewhere adds a line now and then. */
  showProgress(line: string): void {
    if (this.output.isTTY) {
      this.output.write(`${CLEAR_LINE}             ${line.slice(0, Math.max(0, this.output.columns - 15))}`);
      this.#isProgressShown = true;
      return;
    }
    if (performance.now() - this.#lastPlainProgressAt < PLAIN_PROGRESS_EVERY_MS) return;
    this.#lastPlainProgressAt = performance.now();
    this.output.write(`             ${line}\n`);
  }

  #clearProgress(): void {
    if (this.#isProgressShown) this.output.write(CLEAR_LINE);
    this.#isProgressShown = false;
  }
}
