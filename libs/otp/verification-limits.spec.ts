import { computeResendPauseSeconds } from './verification-limits.js';

describe('the pause before another code', () => {
  it('doubles with each text and stops growing at 32 minutes', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 50].map(computeResendPauseSeconds)).toEqual([
      30, 60, 120, 240, 480, 960, 1920, 1920, 1920,
    ]);
  });
});
