/** Parts one generation remembers. Two are kept, so the last 2,000,000 to 4,000,000 parts are known, in 64 MiB at most. */
const MAX_PARTS_PER_GENERATION = 2_000_000;
const FIRST_SLOTS = 65_536;

/** A set of 64-bit fingerprints without an object per entry: open addressing in one flat array. */
class FingerprintSet {
  count = 0;
  private slots = FIRST_SLOTS;
  private words = new Uint32Array(FIRST_SLOTS * 2);

  has(low: number, high: number): boolean {
    return this.words[this.findSlot(low, high) * 2 + 1] !== 0;
  }

  add(low: number, high: number): void {
    if (this.count * 2 >= this.slots) this.grow();
    const slot = this.findSlot(low, high) * 2;
    if (this.words[slot + 1] === 0) this.count += 1;
    this.words[slot] = low;
    this.words[slot + 1] = high;
  }

  /** The slot of the fingerprint, or the empty one where it would stand. A high word of 0 marks an empty slot. */
  private findSlot(low: number, high: number): number {
    const mask = this.slots - 1;
    let slot = low & mask;
    while (this.words[slot * 2 + 1] !== 0) {
      if (this.words[slot * 2] === low && this.words[slot * 2 + 1] === high) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private grow(): void {
    const old = this.words;
    this.slots *= 2;
    this.words = new Uint32Array(this.slots * 2);
    this.count = 0;
    for (let at = 0; at < old.length; at += 2) {
      const high = old[at + 1] ?? 0;
      if (high !== 0) this.add(old[at] ?? 0, high);
    }
  }
}

/**
 * Knows which parts were accepted before: same recipient, same sender, same text, same place in its message.
 * The proof that nobody was texted twice rests on it, also for broadcasts far larger than what phones keep.
 */
export class PartMemory {
  private current = new FingerprintSet();
  private previous = new FingerprintSet();

  /** Remembers a part; true when it was known. */
  remember(to: string, from: string, sequence: number, octets: string): boolean {
    let low = 0x811c9dc5 ^ sequence;
    let high = 0x9747b28c ^ sequence;
    for (const field of [to, from, octets]) {
      for (let at = 0; at < field.length; at++) {
        const code = field.charCodeAt(at);
        low = Math.imul(low ^ code, 0x01000193);
        high = Math.imul(high ^ code, 0x85ebca6b) + (high >>> 15);
      }
      // A mark between the fields, so that "12"+"3" is not "1"+"23".
      low = Math.imul(low ^ 0x100, 0x01000193);
      high = Math.imul(high ^ 0x100, 0x85ebca6b);
    }
    return this.add((low ^ (high >>> 13)) >>> 0, high >>> 0 || 1);
  }

  forget(): void {
    this.current = new FingerprintSet();
    this.previous = new FingerprintSet();
  }

  private add(low: number, high: number): boolean {
    const isKnown = this.current.has(low, high) || this.previous.has(low, high);
    if (this.current.count >= MAX_PARTS_PER_GENERATION) {
      this.previous = this.current;
      this.current = new FingerprintSet();
    }
    this.current.add(low, high);
    return isKnown;
  }
}
