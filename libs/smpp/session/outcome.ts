import type { Pdu } from '../pdu/pdu.js';

/** Why a request never reached the wire. */
export type NotSentReason =
  | 'not_bound'
  | 'closing'
  | 'closed'
  | 'queue_full'
  /** A field does not fit; `detail` names it. */
  | 'invalid';

/**
 * What became of a request. The list is closed and every request gets exactly one.
 * - accepted: answered with status 0; `messageId` is '' where the response carries none.
 * - refused: answered with another status, or with generic_nack.
 * - unanswered: written, but the response timer ran out. A later answer comes as a `lateResponse` event.
 * - lost: handed to the socket, which closed before an answer; the peer may or may not have it.
 * - not_sent: certainly not on the wire; safe to send again.
 */
export type RequestOutcome =
  | { kind: 'accepted'; messageId: string; sequence: number; response: Pdu | undefined }
  | { kind: 'refused'; status: number; sequence: number }
  | { kind: 'unanswered'; sequence: number }
  | { kind: 'lost'; sequence: number }
  | { kind: 'not_sent'; reason: NotSentReason; detail?: string };

/** Receives outcomes of requests by their index in the call that made them, so a batch needs no closure per PDU. */
export interface OutcomeSink {
  settle(index: number, outcome: RequestOutcome): void;
}

/** An answer that came after its request was reported as unanswered. */
export interface LateResponse {
  sequence: number;
  /** What the caller gave with the request, to find its own record again. */
  reference: unknown;
  outcome: Extract<RequestOutcome, { kind: 'accepted' | 'refused' }>;
}

/** Collects the outcomes of one call and resolves when the last is in. */
export class OutcomeBatch implements OutcomeSink {
  readonly outcomes: RequestOutcome[];
  private missing: number;
  private resolve!: (outcomes: RequestOutcome[]) => void;
  readonly promise: Promise<RequestOutcome[]>;

  constructor(size: number) {
    this.outcomes = new Array<RequestOutcome>(size);
    this.missing = size;
    this.promise = new Promise((resolve) => (this.resolve = resolve));
    if (size === 0) this.resolve(this.outcomes);
  }

  settle(index: number, outcome: RequestOutcome): void {
    this.outcomes[index] = outcome;
    this.missing -= 1;
    if (this.missing === 0) this.resolve(this.outcomes);
  }
}

/** The same for one request. */
export class SingleOutcome implements OutcomeSink {
  private resolve!: (outcome: RequestOutcome) => void;
  readonly promise = new Promise<RequestOutcome>((resolve) => (this.resolve = resolve));

  settle(_index: number, outcome: RequestOutcome): void {
    this.resolve(outcome);
  }
}
