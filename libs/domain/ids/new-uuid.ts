import { randomFillSync } from 'node:crypto';
import { UUID_RANDOM_OCTETS, createUuidGenerator } from './uuid-v7.js';

/** One call to the operating system serves this many ids; asking for each alone costs more than the id. */
const IDS_PER_REFILL = 256;

const pool = new Uint8Array(UUID_RANDOM_OCTETS * IDS_PER_REFILL);
let used = pool.length;

function takeRandomOctets(): Uint8Array {
  if (used >= pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += UUID_RANDOM_OCTETS;
  return pool.subarray(used - UUID_RANDOM_OCTETS, used);
}

/**
 * A fresh UUIDv7, growing within this process. The one place of the domain that reads the clock and
 * randomness: an id must be made where the row is made, and nothing decides by its value.
 */
export const newUuid: () => string = createUuidGenerator({ now: Date.now, random: takeRandomOctets });
