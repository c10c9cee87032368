import { RateMeter } from './rate-meter.js';

describe('the meter of a login', () => {
  it('lets the limit through in each second and does not count what it refused', () => {
    const meter = new RateMeter();
    const within = (nowMs: number) => meter.isWithin(2, nowMs);
    expect([within(0), within(10), within(20), within(999)]).toEqual([true, true, false, false]);
    expect([within(1_000), within(1_001), within(1_002)]).toEqual([true, true, false]);
  });
});
