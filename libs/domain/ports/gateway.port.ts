/** One text to one number, ready for a gateway. */
export interface OutboundMessage {
  /** The message's id, echoed in late outcomes. */
  readonly id: bigint;
  /** E.164 with "+". */
  readonly recipient: string;
  /** Sender id shown to the recipient; null lets the gateway choose. */
  readonly sender: string | null;
  readonly text: string;
  /** How long the carrier may try to deliver. */
  readonly validitySeconds: number;
}

/**
 * What became of a submission. The list is closed:
 * - accepted: the carrier took every part and named each
 * - refused: the carrier will never take it
 * - deferred: the carrier did not take it now; nothing of it is on the way
 * - unknown: bytes left and no answer came; it may or may not be on the way
 */
export type SubmitOutcome =
  | { readonly kind: 'accepted'; readonly providerIds: readonly string[] }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'deferred'; readonly code: string; readonly retryAfterMs: number }
  | { readonly kind: 'unknown'; readonly code: string };

/** A delivery report, already in our words. */
export interface Receipt {
  /** The carrier's id of the part, normalised by the adapter's rule. */
  readonly providerId: string;
  /** E.164 of the recipient where the carrier tells it, to match receipts of unknown submissions. */
  readonly recipient: string | null;
  /** Null for intermediate reports. */
  readonly state: 'delivered' | 'undelivered' | 'expired' | null;
  /** The carrier's error code or status word, kept for people to read. */
  readonly detail: string | null;
}

/** A text a phone sent to us. */
export interface InboundMessage {
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

/** What a gateway tells us. A promise that resolves means: committed, the carrier may forget it. */
export interface GatewayListener {
  receiveReceipt(receipt: Receipt): Promise<void>;
  receiveInbound(message: InboundMessage): Promise<void>;
  /** The answer to a submission that had already been reported as unknown. */
  receiveLateOutcome(messageId: bigint, outcome: SubmitOutcome): Promise<void>;
}

/** One connection to a carrier or provider. Each adapter passes the same conformance suite. */
export interface Gateway {
  readonly name: string;
  /** Parts that may be on the wire without an answer, over all sessions this process holds. */
  readonly window: number;
  /** False while not bound, paused by throttling or tripped by refusals: take no batch for it. */
  isReady(): boolean;
  /** When a gateway that is not ready should be asked again, ms from now. */
  readonly retryAfterMs: number;
  /** Submits all and settles always, with one outcome per message in the same order. */
  submit(messages: readonly OutboundMessage[]): Promise<SubmitOutcome[]>;
  /** @param listener told of receipts, replies and late answers from now on */
  start(listener: GatewayListener): void;
  /** Waits for the answers under way, then unbinds. */
  stop(): Promise<void>;
}
