import {
  MESSAGE_STATES,
  TERMINAL_MESSAGE_STATES,
  canMove,
  isMessageState,
  isTerminal,
  statesThatMayBecome,
} from './message-states.js';
import type { MessageState } from './message-states.js';

const reachableFrom = (start: MessageState): Set<MessageState> => {
  const seen = new Set<MessageState>([start]);
  for (const from of seen) for (const to of MESSAGE_STATES) if (canMove(from, to)) seen.add(to);
  return seen;
};

describe('the states of a message', () => {
  it('can all be reached from queued', () => {
    expect([...reachableFrom('queued')].sort()).toEqual([...MESSAGE_STATES].sort());
  });

  it('can all still come to an end', () => {
    for (const state of MESSAGE_STATES) expect([...reachableFrom(state)].some(isTerminal)).toBe(true);
  });

  it('end in five ways', () => {
    expect([...TERMINAL_MESSAGE_STATES].sort()).toEqual([
      'cancelled',
      'delivered',
      'expired',
      'refused',
      'undelivered',
    ]);
  });

  it('never stay: a repeated receipt is no move', () => {
    for (const state of MESSAGE_STATES) expect(canMove(state, state)).toBe(false);
  });

  it('go back to queued only when nothing was sent or an unknown is sent again on purpose', () => {
    expect(statesThatMayBecome('queued').sort()).toEqual(['submitting', 'unknown']);
  });

  it('never turn a crash into a resend: submitting becomes unknown, and accepted never queues again', () => {
    expect(canMove('submitting', 'unknown')).toBe(true);
    expect([...reachableFrom('accepted')].sort()).toEqual([
      'accepted',
      'delivered',
      'expired',
      'unconfirmed',
      'undelivered',
    ]);
  });

  it.each(['unknown', 'unconfirmed'] as const)('let a late receipt settle what is %s', (state) => {
    for (const end of ['delivered', 'undelivered', 'expired'] as const)
      expect(canMove(state, end)).toBe(true);
    expect(canMove(state, 'submitting')).toBe(false);
  });

  it('take a receipt only once something may have been sent', () => {
    expect(statesThatMayBecome('delivered').sort()).toEqual(['accepted', 'unconfirmed', 'unknown']);
  });

  it('are known by name only', () => {
    expect(isMessageState('accepted')).toBe(true);
    expect(isMessageState('toString')).toBe(false);
  });
});
