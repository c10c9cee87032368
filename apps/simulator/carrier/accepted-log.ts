/** Accepted parts the log keeps; older ones are overwritten. */
export const MAX_LOGGED_PARTS = 100_000;

export interface AcceptedPart {
  readonly to: string;
  readonly from: string;
  readonly messageId: string;
  readonly atMs: number;
  readonly part: number;
  readonly parts: number;
  readonly isDuplicate: boolean;
}

export interface AcceptedPage {
  readonly parts: AcceptedPart[];
  /** Where the next page begins; grows for ever, also while the oldest parts are overwritten. */
  readonly nextCursor: number;
  /** Parts between the cursor asked for and the oldest one kept. */
  readonly missed: number;
}

/** What the carrier truly accepted, in order: the ground truth tests hold the platform's books against. */
export class AcceptedLog {
  private ring: AcceptedPart[] = [];
  private count = 0;

  add(part: AcceptedPart): void {
    this.ring[this.count % MAX_LOGGED_PARTS] = part;
    this.count += 1;
  }

  readFrom(cursor: number, limit: number): AcceptedPage {
    const oldest = Math.max(0, this.count - MAX_LOGGED_PARTS);
    const start = Math.min(Math.max(cursor, oldest), this.count);
    const end = Math.min(start + limit, this.count);
    const parts: AcceptedPart[] = [];
    for (let at = start; at < end; at++) {
      const part = this.ring[at % MAX_LOGGED_PARTS];
      if (part) parts.push(part);
    }
    return { parts, nextCursor: end, missed: Math.max(0, oldest - cursor) };
  }

  clear(): void {
    this.ring = [];
    this.count = 0;
  }
}
