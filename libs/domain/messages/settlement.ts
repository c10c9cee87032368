import { MESSAGE_STATES } from './message-states.js';
import type { MessageState } from './message-states.js';

/** What happens to the points held for a message: still held, spent, or given back. */
export type Settlement = 'open' | 'capture' | 'release';

export interface SettlementPolicy {
  /** Whether the account pays for messages that the carrier could not deliver. */
  readonly undelivered: 'capture' | 'release';
  /** True when an unknown message has waited long enough for a receipt that might still prove it. */
  readonly hasUnknownGraceEnded: boolean;
}

/**
 * The money side of a state. A message is settled once: a receipt that arrives after the settlement changes
 * the state that is shown, never the points.
 */
export function settlementOf(state: MessageState, policy: SettlementPolicy): Settlement {
  switch (state) {
    case 'queued':
    case 'submitting':
    case 'accepted':
      return 'open';
    case 'unknown':
      return policy.hasUnknownGraceEnded ? 'release' : 'open';
    case 'delivered':
    case 'unconfirmed':
      return 'capture';
    case 'undelivered':
      return policy.undelivered;
    case 'refused':
    case 'expired':
    case 'cancelled':
      return 'release';
  }
}

/** States whose points are still held; a campaign is done only when no message is in one of them. */
export const OPEN_MESSAGE_STATES: readonly MessageState[] = Object.freeze(
  MESSAGE_STATES.filter(
    (state) => settlementOf(state, { undelivered: 'release', hasUnknownGraceEnded: false }) === 'open',
  ),
);
