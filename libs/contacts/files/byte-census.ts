/**
 * Counts what the bytes of a file that is not valid UTF-8 look like, to tell Big5 from a western encoding and both
 * from a damaged file. All of them take the file piece by piece and keep a few numbers only.
 */

/** Pairs from which on statistics say something: without low trail bytes, Big5 text this long is a 1 in 3,000 chance. */
const CERTAIN_PAIRS = 16;

/** Share of rare characters that a list of Taiwanese names and addresses stays far below. */
const RARE_SHARE = 0.25;

/** Follows Big5 pairs: a lead byte 81–FE and a trail byte 40–7E or A1–FE. */
export class Big5Census {
  /** Offset of the first byte that is no Big5, or -1. */
  firstInvalidAt = -1;
  /** Pairs in the everyday planes (punctuation and the 5,401 most used characters). */
  everydayPairs = 0;
  /** Pairs in the planes of rare characters and vendor extensions. */
  rarePairs = 0;
  /** Pairs with a trail byte below 80: four in ten of Chinese in Big5, none in the Chinese and Korean of EUC. */
  lowTrailPairs = 0;
  private lead = 0;
  private offset = 0;

  add(bytes: Buffer): void {
    for (const byte of bytes) {
      if (this.lead === 0) {
        if (byte >= 0x81 && byte <= 0xfe) this.lead = byte;
        else if (byte >= 0x80) this.markInvalid();
      } else {
        this.addPair(byte);
        this.lead = 0;
      }
      this.offset++;
    }
  }

  end(): void {
    if (this.lead !== 0) this.markInvalid();
  }

  /**
   * Whether the bytes are Big5 as Chinese is written in it. Being valid is not enough: simplified Chinese in GBK and
   * Korean in EUC-KR mostly are valid Big5 too, but of rare characters and without low trail bytes. Below
   * CERTAIN_PAIRS there is too little to tell, and Big5 is what the first users have.
   */
  isConvincing(): boolean {
    if (this.firstInvalidAt >= 0) return false;
    const pairs = this.everydayPairs + this.rarePairs;
    if (pairs < CERTAIN_PAIRS) return this.everydayPairs >= this.rarePairs;
    return this.lowTrailPairs > 0 && this.rarePairs <= pairs * RARE_SHARE;
  }

  private addPair(trail: number): void {
    const isTrail = (trail >= 0x40 && trail <= 0x7e) || (trail >= 0xa1 && trail <= 0xfe);
    if (!isTrail) return this.markInvalid();
    if (trail < 0x80) this.lowTrailPairs++;
    if (this.lead >= 0xa1 && this.lead <= 0xc6) this.everydayPairs++;
    else this.rarePairs++;
  }

  private markInvalid(): void {
    if (this.firstInvalidAt < 0) this.firstInvalidAt = this.offset;
  }
}

/** Follows UTF-8 sequences loosely: enough to say "this was UTF-8 and byte n is broken". */
export class Utf8Census {
  firstInvalidAt = -1;
  sequences = 0;
  invalid = 0;
  private missing = 0;
  private offset = 0;

  add(bytes: Buffer): void {
    for (const byte of bytes) {
      const isContinuation = (byte & 0xc0) === 0x80;
      if (this.missing > 0 && isContinuation) {
        if (--this.missing === 0) this.sequences++;
      } else {
        if (this.missing > 0 || isContinuation) this.markInvalid();
        this.missing = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : byte >= 0xc2 ? 1 : 0;
      }
      this.offset++;
    }
  }

  end(): void {
    if (this.missing > 0) this.markInvalid();
  }

  private markInvalid(): void {
    this.invalid++;
    if (this.firstInvalidAt < 0) this.firstInvalidAt = this.offset;
  }
}

/** In a western text a byte above 7F stands between ASCII letters; in every multi-byte encoding they come in pairs. */
export class WesternCensus {
  highBytes = 0;
  pairedHighBytes = 0;
  /** Bytes that windows-1252 leaves undefined. */
  undefinedBytes = 0;
  private wasHigh = false;

  add(bytes: Buffer): void {
    for (const byte of bytes) {
      const isHigh = byte >= 0x80;
      if (isHigh) {
        this.highBytes++;
        if (this.wasHigh) this.pairedHighBytes++;
        if (byte === 0x81 || byte === 0x8d || byte === 0x8f || byte === 0x90 || byte === 0x9d) {
          this.undefinedBytes++;
        }
      }
      this.wasHigh = isHigh;
    }
  }
}
