import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 20;
const STALL_LIMIT_MS = 30_000;

/**
 * Polls until `probe` returns something other than undefined, null or false.
 * @param what named in the error when the limit passes
 */
export async function waitFor<T>(
  what: string,
  probe: () => T | Promise<T>,
  limitMs = STALL_LIMIT_MS,
): Promise<NonNullable<T>> {
  for (const deadline = Date.now() + limitMs; Date.now() < deadline; await delay(POLL_MS)) {
    const found = await probe();
    if (found !== undefined && found !== null && found !== false) return found;
  }
  throw new Error(`stalled: ${what} did not happen within ${limitMs} ms`);
}
