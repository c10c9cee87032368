/** message_state of SMPP 3.4 §5.2.28, in words. */
export const MESSAGE_STATES = {
  enroute: 1,
  delivered: 2,
  expired: 3,
  deleted: 4,
  undeliverable: 5,
  accepted: 6,
  unknown: 7,
  rejected: 8,
} as const;

export type MessageState = keyof typeof MESSAGE_STATES;

const statesByNumber = new Map<number, MessageState>(
  Object.entries(MESSAGE_STATES).map(([name, number]) => [number, name as MessageState]),
);

/** The words of Appendix B, and those hosts use instead; the list is what Kannel had to learn (S11). */
const STATES_BY_WORD: Record<string, MessageState | undefined> = {
  DELIVRD: 'delivered',
  EXPIRED: 'expired',
  DELETED: 'deleted',
  UNDELIV: 'undeliverable',
  ACCEPTD: 'accepted',
  ACKED: 'accepted',
  UNKNOWN: 'unknown',
  REJECTD: 'rejected',
  ENROUTE: 'enroute',
  BUFFRED: 'enroute',
  BUFFERD: 'enroute',
};

export function stateOfNumber(messageState: number): MessageState | undefined {
  return statesByNumber.get(messageState);
}

export function stateOfWord(word: string): MessageState | undefined {
  const upper = word.toUpperCase();
  return Object.hasOwn(STATES_BY_WORD, upper) ? STATES_BY_WORD[upper] : undefined;
}

/** The word of Appendix B for a state, seven letters as hosts send it. */
export const STATE_WORDS: Record<MessageState, string> = {
  enroute: 'ENROUTE',
  delivered: 'DELIVRD',
  expired: 'EXPIRED',
  deleted: 'DELETED',
  undeliverable: 'UNDELIV',
  accepted: 'ACCEPTD',
  unknown: 'UNKNOWN',
  rejected: 'REJECTD',
};
