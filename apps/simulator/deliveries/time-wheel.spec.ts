import { waitFor } from '#testing';
import { TimeWheel } from './time-wheel.js';

describe('the time wheel', () => {
  it('gives every item back once, none before its time, near and far ones alike', async () => {
    const early: number[] = [];
    const seen: number[] = [];
    const wheel = new TimeWheel<number>((dueMs) => {
      seen.push(dueMs);
      if (performance.now() < dueMs - 0.001) early.push(dueMs);
    });
    const start = performance.now();
    const dues = Array.from({ length: 300 }, (_, index) => start + ((index * 7) % 300));
    for (const due of dues) wheel.add(due, due);
    await waitFor('every item', () => seen.length === dues.length);
    expect(early).toEqual([]);
    expect([...seen].sort()).toEqual([...dues].sort());
  });

  it('takes an item whose time has passed, and keeps the order of those due together', async () => {
    const seen: string[] = [];
    const wheel = new TimeWheel<string>((item) => seen.push(item));
    const dueMs = performance.now() - 1_000;
    for (const item of ['a', 'b', 'c']) wheel.add(item, dueMs);
    await waitFor('every item', () => seen.length === 3);
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  it('forgets everything when cleared and can be used again', async () => {
    const seen: string[] = [];
    const wheel = new TimeWheel<string>((item) => seen.push(item));
    wheel.add('forgotten', performance.now());
    wheel.clear();
    wheel.add('later', performance.now() + 30);
    await waitFor('the item', () => seen.length > 0);
    expect(seen).toEqual(['later']);
  });
});
