import { setTimeout as delay } from 'node:timers/promises';

const INTERVAL_MS = 250;
const STALL_MS = 120_000;

export interface Poll<State> {
  /** What is waited for, for the error. */
  what: string;
  read: () => Promise<State>;
  isDone: (state: State) => boolean;
  onState?: (state: State) => void;
}

/**
 * Reads again and again until the state is what is waited for.
 * @throws Error naming the last state when nothing has changed for two minutes
 */
export async function pollUntil<State>({ what, read, isDone, onState }: Poll<State>): Promise<State> {
  let lastSeen = '';
  let changedAt = performance.now();
  for (;;) {
    const state = await read();
    onState?.(state);
    if (isDone(state)) return state;
    const seen = JSON.stringify(state);
    if (seen !== lastSeen) {
      lastSeen = seen;
      changedAt = performance.now();
    } else if (performance.now() - changedAt > STALL_MS) {
      throw new Error(
        `Waited for ${what}, but nothing changed for ${STALL_MS / 1000} s: ${seen.slice(0, 1_000)}`,
      );
    }
    await delay(INTERVAL_MS);
  }
}
