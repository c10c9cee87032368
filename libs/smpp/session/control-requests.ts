import type { Pdu } from '../pdu/pdu.js';
import type { SmppClock } from './clock.js';

export type ControlAnswer = Pdu | 'unanswered' | 'lost';

/** The requests that steer the session itself (bind, unbind): few, outside the window, each with its own timer. */
export class ControlRequests {
  private readonly waiting = new Map<number, (answer: ControlAnswer) => void>();

  constructor(private readonly clock: SmppClock) {}

  /** Waits for the answer with this sequence number; resolves always. */
  expect(sequence: number, timeoutMs: number): Promise<ControlAnswer> {
    return new Promise((resolve) => {
      const cancel = this.clock.after(timeoutMs, () => this.settle(sequence, 'unanswered'));
      this.waiting.set(sequence, (answer) => {
        cancel();
        resolve(answer);
      });
    });
  }

  isExpected(sequence: number): boolean {
    return this.waiting.has(sequence);
  }

  /** False when nothing waits for this number. */
  settle(sequence: number, answer: ControlAnswer): boolean {
    const settle = this.waiting.get(sequence);
    if (!settle) return false;
    this.waiting.delete(sequence);
    settle(answer);
    return true;
  }

  abandon(): void {
    for (const sequence of [...this.waiting.keys()]) this.settle(sequence, 'lost');
  }
}
