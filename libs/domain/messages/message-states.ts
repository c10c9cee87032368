/**
 * The life of a message as data. `unknown` is what a crash or a silent carrier leaves behind: it may have been
 * sent, so nothing but an explicit resend puts it back to `queued`. `unconfirmed` was accepted, but no receipt
 * came in time. Both still listen to late receipts; nothing else ever moves back.
 */
export const MESSAGE_TRANSITIONS = {
  queued: ['submitting', 'refused', 'cancelled', 'expired'],
  /** Back to queued only when it is certain that no byte was sent, or the carrier asked to slow down. */
  submitting: ['accepted', 'refused', 'unknown', 'queued'],
  unknown: ['accepted', 'delivered', 'undelivered', 'expired', 'queued'],
  accepted: ['delivered', 'undelivered', 'expired', 'unconfirmed'],
  unconfirmed: ['delivered', 'undelivered', 'expired'],
  delivered: [],
  undelivered: [],
  expired: [],
  refused: [],
  cancelled: [],
} as const satisfies Record<string, readonly string[]>;

export type MessageState = keyof typeof MESSAGE_TRANSITIONS;

/** The table again, with the wider type that lookups need. */
const TRANSITIONS: Readonly<Record<MessageState, readonly MessageState[]>> = MESSAGE_TRANSITIONS;

export const MESSAGE_STATES = Object.freeze(Object.keys(TRANSITIONS)) as readonly MessageState[];

export const isMessageState = (text: string): text is MessageState => Object.hasOwn(TRANSITIONS, text);

/** True when nothing can change the state any more, not even a late receipt. */
export const isTerminal = (state: MessageState): boolean => TRANSITIONS[state].length === 0;

export const TERMINAL_MESSAGE_STATES: readonly MessageState[] = Object.freeze(
  MESSAGE_STATES.filter(isTerminal),
);

/** Staying is not a move: a repeated receipt changes nothing, and must be seen to change nothing. */
export const canMove = (from: MessageState, to: MessageState): boolean => TRANSITIONS[from].includes(to);

/** The guard of a state change in SQL: `WHERE state = ANY (statesThatMayBecome('delivered'))`. */
export const statesThatMayBecome = (to: MessageState): MessageState[] =>
  MESSAGE_STATES.filter((from) => canMove(from, to));
