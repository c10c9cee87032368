import { ManualClock } from '../../../test/peers/manual-clock.js';
import { SessionTime, TICK_MS } from './clock.js';
import { Keepalive } from './keepalive.js';
import { SequenceCounter } from './sequences.js';

describe('session time', () => {
  const start = (): { clock: ManualClock; time: SessionTime; freeze: { isFrozen: boolean } } => {
    const clock = new ManualClock();
    const time = new SessionTime(clock);
    const freeze = { isFrozen: false };
    clock.every(TICK_MS, () => time.tick(freeze.isFrozen));
    return { clock, time, freeze };
  };

  it('passes as the clock does', () => {
    const { clock, time } = start();
    clock.advance(60_000);
    expect(time.nowMs).toBe(60_000);
  });

  it('counts a blocked event loop as one tick, however long it was', () => {
    const { clock, time } = start();
    clock.advance(1_000);
    clock.block(40_000);
    expect(time.nowMs).toBe(1_000 + TICK_MS);
  });

  it('counts a lag of up to a second in full', () => {
    const { clock, time } = start();
    clock.block(1_200);
    expect(time.nowMs).toBe(1_200);
  });

  it('stands still while the session does not read', () => {
    const { clock, time, freeze } = start();
    freeze.isFrozen = true;
    clock.advance(5_000);
    freeze.isFrozen = false;
    clock.advance(1_000);
    expect(time.nowMs).toBe(1_000);
  });
});

describe('the keepalive', () => {
  const limits = { enquireIdleMs: 30_000, enquireTimeoutMs: 10_000 };

  it('asks after the idle time and gives up after two misses', () => {
    const keepalive = new Keepalive(limits, 0);
    expect(keepalive.step(29_999)).toBe('wait');
    expect(keepalive.step(30_000)).toBe('enquire');
    expect(keepalive.step(39_999)).toBe('wait');
    expect(keepalive.step(40_000)).toBe('enquire');
    expect(keepalive.step(49_999)).toBe('wait');
    expect(keepalive.step(50_000)).toBe('give_up');
  });

  it('takes any PDU for a sign of life', () => {
    const keepalive = new Keepalive(limits, 0);
    keepalive.step(30_000);
    keepalive.step(40_000);
    keepalive.hear(45_000);
    expect(keepalive.step(50_000)).toBe('wait');
    expect(keepalive.step(75_000)).toBe('enquire');
    expect(keepalive.step(85_000)).toBe('enquire');
  });
});

describe('sequence numbers', () => {
  it('start at 1 and start again after 0x7FFFFFFF', () => {
    const counter = new SequenceCounter();
    expect([counter.next(), counter.next()]).toEqual([1, 2]);
    Object.assign(counter, { last: 0x7ffffffe });
    expect([counter.next(), counter.next()]).toEqual([0x7fffffff, 1]);
  });
});
