import { LinkHealth } from './link-health.js';

/** A link with a clock the test moves. */
function createLink(limit: number) {
  let now = 0;
  const health = new LinkHealth(limit, () => now);
  return { health, pass: (ms: number) => (now += ms) };
}

describe('the health of a link', () => {
  it('pauses a second when the carrier throttles, and takes messages again afterwards', () => {
    const { health, pass } = createLink(100);
    health.recordThrottled(100);
    expect(health.isUsable).toBe(false);
    expect(health.pauseLeftMs).toBe(1_000);
    pass(999);
    expect(health.isUsable).toBe(false);
    pass(1);
    expect([health.isUsable, health.pauseLeftMs]).toEqual([true, 0]);
  });

  it('counts the many answers of one throttled window once', () => {
    const { health, pass } = createLink(100);
    for (let answer = 0; answer < 50; answer++) health.recordThrottled(100);
    expect(health.pauseLeftMs).toBe(1_000);
    expect(health.ratePerSecond).toBe(50);
    pass(1_000);
    expect(health.isUsable).toBe(true);
  });

  it('doubles the pause up to a minute while throttling goes on, and starts again after an accepted message', () => {
    const { health, pass } = createLink(0);
    const pauses: number[] = [];
    for (let round = 0; round < 8; round++) {
      health.recordThrottled(1_000);
      pauses.push(health.pauseLeftMs);
      pass(health.pauseLeftMs);
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60].map((seconds) => seconds * 1_000));
    health.recordAccepted();
    health.recordThrottled(1_000);
    expect(health.pauseLeftMs).toBe(1_000);
  });

  it('trips after 20 refusals in a row, says so once, and opens again after a minute', () => {
    const { health, pass } = createLink(0);
    const told = Array.from({ length: 40 }, () => health.recordRefused());
    expect(told.map((isTold, at) => (isTold ? at + 1 : 0)).filter(Boolean)).toEqual([20]);
    expect(health.isUsable).toBe(false);
    pass(60_000);
    expect(health.isUsable).toBe(true);
  });

  it('does not trip when a message is accepted in between', () => {
    const { health } = createLink(0);
    for (let round = 0; round < 9; round++) {
      for (let refusal = 0; refusal < 19; refusal++) expect(health.recordRefused()).toBe(false);
      health.recordAccepted();
    }
    expect(health.isUsable).toBe(true);
  });

  it('trips when nine of ten of the last 200 answers are refusals', () => {
    const { health } = createLink(0);
    const tripped: number[] = [];
    for (let answer = 1; answer <= 220; answer++) {
      if (answer % 15 === 0) health.recordAccepted();
      else if (health.recordRefused()) tripped.push(answer);
    }
    // 13 of the first 200 were accepted, which is less than a tenth.
    expect(tripped).toEqual([200]);
  });

  it('without a limit goes at half of what it went, and as it pleases again after a quiet minute', () => {
    const { health, pass } = createLink(0);
    expect(health.ratePerSecond).toBe(0);
    health.recordThrottled(1_000);
    expect(health.ratePerSecond).toBe(500);
    pass(59_000);
    expect(health.ratePerSecond).toBeGreaterThan(500);
    pass(11_000);
    expect(health.ratePerSecond).toBe(0);
  });

  it('is not slowed to a crawl by one throttling after it was idle', () => {
    const { health } = createLink(0);
    health.recordThrottled(0);
    expect(health.ratePerSecond).toBeGreaterThanOrEqual(50);
  });

  it('never goes faster than its limit, however long it recovers', () => {
    const { health, pass } = createLink(100);
    health.recordThrottled(100);
    const rates: number[] = [];
    for (let step = 0; step < 100; step++) {
      pass(10_000);
      rates.push(health.ratePerSecond);
    }
    expect(rates).toEqual([...rates].sort((a, b) => a - b));
    expect(rates.at(-1)).toBe(100);
  });
});
