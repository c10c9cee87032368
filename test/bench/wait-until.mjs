import { setTimeout as delay } from 'node:timers/promises';

const STALL_MS = 60_000;

/**
 * Reads again and again until the state is what is waited for.
 *
 * @param {string} what for the error
 * @param {() => Promise<unknown>} read
 * @param {(state) => boolean} isDone
 * @param {number} intervalMs
 * @returns the last state
 * @throws Error when nothing has changed for a minute
 */
export async function waitUntil(what, read, isDone, intervalMs) {
  let [lastSeen, changedAt] = ['', performance.now()];
  for (;;) {
    const state = await read();
    if (isDone(state)) return state;
    const seen = JSON.stringify(state);
    if (seen !== lastSeen) [lastSeen, changedAt] = [seen, performance.now()];
    if (performance.now() - changedAt > STALL_MS)
      throw new Error(`Waited for ${what}, but nothing changed for ${STALL_MS / 1000} s: ${seen}`);
    await delay(intervalMs);
  }
}
