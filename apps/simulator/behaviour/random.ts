/** Numbers in [0, 1), the same ones for the same seed (mulberry32): a run with faults can be played again. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** True with the given probability; draws nothing when it cannot be true. */
  isHit(rate: number): boolean {
    return rate > 0 && this.next() < rate;
  }

  /** A number between two bounds. */
  between([min, max]: readonly [number, number]): number {
    return min === max ? min : min + this.next() * (max - min);
  }
}
