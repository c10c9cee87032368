/** Octets of randomness behind one uuid: two for the counter's start, eight for the tail. */
export const UUID_RANDOM_OCTETS = 10;

const MAX_COUNTER = 0xfff;
/** A new millisecond starts the counter in its lower half, so at least 2,048 ids fit before time is borrowed. */
const COUNTER_START_MASK = 0x7ff;

const HEX = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'));
const hex = (octet: number): string => HEX[octet & 0xff] ?? '00';

export interface UuidSources {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** UUID_RANDOM_OCTETS fresh octets; the generator reads them at once and keeps nothing. */
  readonly random: () => Uint8Array;
}

/**
 * Makes a generator of UUIDv7 (RFC 9562 §5.7, counter of §6.2 method 1). Within one generator the ids only
 * grow, also when the clock stands still or goes back, so they stay kind to database indexes.
 */
export function createUuidGenerator({ now, random }: UuidSources): () => string {
  let lastMs = -1;
  let counter = 0;
  return () => {
    const octets = random();
    const currentMs = now();
    if (currentMs > lastMs) {
      lastMs = currentMs;
      counter = (((octets[0] ?? 0) << 8) | (octets[1] ?? 0)) & COUNTER_START_MASK;
    } else if (++counter > MAX_COUNTER) {
      lastMs += 1;
      counter = 0;
    }
    return formatUuid(lastMs, counter, octets);
  };
}

function formatUuid(ms: number, counter: number, octets: Uint8Array): string {
  const at = (index: number): number => octets[index] ?? 0;
  const high = Math.floor(ms / 0x10000);
  const time = hex(high >>> 24) + hex(high >>> 16) + hex(high >>> 8) + hex(high);
  const version = hex(0x70 | (counter >> 8)) + hex(counter);
  const variant = hex(0x80 | (at(2) & 0x3f)) + hex(at(3));
  const tail = hex(at(4)) + hex(at(5)) + hex(at(6)) + hex(at(7)) + hex(at(8)) + hex(at(9));
  return `${time}-${hex(ms >>> 8)}${hex(ms)}-${version}-${variant}-${tail}`;
}
