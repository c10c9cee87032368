import { readPoints, writePoints } from './millipoints.js';
import { pickPercentile, ReportSummary } from './read-report.js';

const at = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms).toISOString();

describe('the summary of a report', () => {
  it('takes states, charges, rates and receipt delays from the rows', () => {
    const summary = new ReportSummary();
    const times = (submitted: number, accepted: number, final: number) => ({
      submittedAt: at(submitted),
      acceptedAt: at(accepted),
      finalAt: at(final),
    });
    summary.add({ state: 'delivered', parts: '1', points: '1', ...times(1_000, 1_100, 1_500) });
    summary.add({ state: 'delivered', parts: '2', points: '2.5', ...times(1_200, 2_000, 3_000) });
    summary.add({ state: 'refused', parts: '1', points: '0', ...times(1_200, 1_200, 1_300), acceptedAt: '' });
    summary.add({
      state: 'cancelled',
      parts: '1',
      points: '0',
      submittedAt: '',
      acceptedAt: '',
      finalAt: at(0),
    });
    expect(summary.finish(Date.parse(at(0)))).toEqual({
      states: { delivered: 2, refused: 1, cancelled: 1 },
      parts: 5,
      charged: 3_500n,
      submittedPerSecond: 3,
      endToEndPerSecond: 1,
      receiptDelayMs: { p50: 500, p95: 1_800 },
    });
  });

  it('picks percentiles by nearest rank', () => {
    const values = Array.from({ length: 20 }, (_, index) => index + 1);
    expect([0.5, 0.95, 1].map((share) => pickPercentile(values, share))).toEqual([10, 19, 20]);
    expect(pickPercentile([], 0.5)).toBe(0);
  });
});

describe('points', () => {
  it.each(['0', '1', '50', '0.001', '12.5', '-3.25'])('reads and writes %s', (points) => {
    expect(writePoints(readPoints(points))).toBe(points);
  });

  it('refuses what is no amount', () => {
    expect(() => readPoints('1.2345')).toThrow('not an amount');
  });
});
