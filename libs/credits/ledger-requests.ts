/** What points are held for; the id is the owner's, e.g. a campaign's uuid or a message's number as text. */
export interface HoldReference {
  kind: 'campaign' | 'message' | 'verification';
  id: string;
}

export interface HoldRequest {
  accountId: string;
  /** Millipoints, more than zero. */
  amount: bigint;
  /** Unique per account: the same key with the same amount and reference gives the first hold again. */
  key: string;
  reference: HoldReference;
  /** When the owner's sweep may give the points back, should nobody have closed the hold by then. */
  expiresAt: Date;
  /** Who did it, for the entry: `member:<uuid>`, `api-key:<uuid>` or `system`. */
  actor?: string;
}

export interface HoldExtension {
  accountId: string;
  holdId: string;
  /** Millipoints to add, more than zero. */
  amount: bigint;
  key: string;
  actor?: string;
}

export interface Settlement {
  accountId: string;
  holdId: string;
  /** Millipoints spent for good; zero or more. */
  capture: bigint;
  /** Millipoints given back; zero or more. */
  release: bigint;
  actor?: string;
}

export interface Addition {
  accountId: string;
  /** Millipoints, more than zero. */
  amount: bigint;
  /** Unique per account, e.g. `trial:<account>` or `payment:<id>`. */
  key: string;
  reason?: string;
  reference?: { kind: string; id: string };
  actor?: string;
}

export interface Grant extends Addition {
  /** When what is left of this grant expires; never without it. */
  expiresAt?: Date;
}

export interface Adjustment {
  accountId: string;
  /** Millipoints, positive or negative, not zero. */
  amount: bigint;
  key: string;
  reason: string;
  actor: string;
}

/** What an addition or adjustment did, or had done when its key was first used. */
export interface LedgerResult {
  entryId: string;
  isReplay: boolean;
}
