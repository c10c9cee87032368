import { MESSAGE_STATES, isTerminal } from './message-states.js';
import { OPEN_MESSAGE_STATES, settlementOf } from './settlement.js';
import type { SettlementPolicy } from './settlement.js';

const kind: SettlementPolicy = { undelivered: 'release', hasUnknownGraceEnded: false };

describe('the settlement of a message', () => {
  it('keeps points held only while the message is under way', () => {
    expect([...OPEN_MESSAGE_STATES].sort()).toEqual(['accepted', 'queued', 'submitting', 'unknown']);
  });

  it('settles every terminal state', () => {
    for (const state of MESSAGE_STATES.filter(isTerminal)) expect(settlementOf(state, kind)).not.toBe('open');
  });

  it('spends points for what was delivered, and for what was accepted and never confirmed', () => {
    expect(settlementOf('delivered', kind)).toBe('capture');
    expect(settlementOf('unconfirmed', kind)).toBe('capture');
  });

  it('gives points back for what never left', () => {
    for (const state of ['refused', 'expired', 'cancelled'] as const) {
      expect(settlementOf(state, kind)).toBe('release');
    }
  });

  it('follows the policy of the account for what could not be delivered', () => {
    expect(settlementOf('undelivered', kind)).toBe('release');
    expect(settlementOf('undelivered', { ...kind, undelivered: 'capture' })).toBe('capture');
  });

  it('waits for the grace to end before it gives back an unknown', () => {
    expect(settlementOf('unknown', kind)).toBe('open');
    expect(settlementOf('unknown', { ...kind, hasUnknownGraceEnded: true })).toBe('release');
  });
});
