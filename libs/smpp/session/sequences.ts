/** Sequence numbers run from 1 to 0x7FFFFFFF (specification §3.2) and then start again. */
const MAX_SEQUENCE = 0x7fffffff;

export class SequenceCounter {
  private last = 0;

  next(): number {
    this.last = this.last >= MAX_SEQUENCE ? 1 : this.last + 1;
    return this.last;
  }
}
