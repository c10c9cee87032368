import { createLogger } from '#platform';
import type { FinalReceipt } from './apply-receipts.use-case.js';
import { ReceiptBuffer } from './receipt-buffer.js';

const LOGGER = createLogger('tests', 'silent');
const receipt = (providerId: string): FinalReceipt => ({
  providerId,
  recipient: null,
  state: 'delivered',
  detail: null,
});

/** A database whose commits the test ends one by one. */
class Commits {
  readonly batches: string[][] = [];
  #settle: { resolve(): void; reject(error: Error): void }[] = [];

  readonly apply = (receipts: readonly FinalReceipt[]): Promise<void> => {
    this.batches.push(receipts.map(({ providerId }) => providerId));
    return new Promise((resolve, reject) => this.#settle.push({ resolve, reject }));
  };

  succeed(): void {
    this.#settle.shift()?.resolve();
  }
  fail(): void {
    this.#settle.shift()?.reject(new Error('the database is away'));
  }
}

describe('the receipts of one gateway', () => {
  it('are committed together, and answered only after the commit', async () => {
    const commits = new Commits();
    const buffer = new ReceiptBuffer(commits.apply, LOGGER);
    let answered = 0;
    const answers = ['a', 'b', 'c'].map((id) => buffer.add(receipt(id)).then(() => answered++));
    const drained = buffer.drain();
    expect([commits.batches, answered]).toEqual([[['a', 'b', 'c']], 0]);
    commits.succeed();
    await Promise.all([...answers, drained]);
    expect(answered).toBe(3);
  });

  it('are committed a thousand at a time', async () => {
    const sizes: number[] = [];
    const buffer = new ReceiptBuffer(async (receipts) => void sizes.push(receipts.length), LOGGER);
    const answers = Array.from({ length: 2_500 }, (_, index) => buffer.add(receipt(String(index))));
    await buffer.drain();
    await Promise.all(answers);
    expect(sizes).toEqual([1_000, 1_000, 500]);
  });

  it('that cannot be stored are all refused, and later ones are stored again', async () => {
    const commits = new Commits();
    const buffer = new ReceiptBuffer(commits.apply, LOGGER);
    const lost = ['a', 'b'].map((id) => buffer.add(receipt(id)));
    const first = buffer.drain();
    commits.fail();
    expect((await Promise.allSettled(lost)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await first;
    const kept = buffer.add(receipt('a'));
    const second = buffer.drain();
    commits.succeed();
    await Promise.all([kept, second]);
    expect(commits.batches).toEqual([['a', 'b'], ['a']]);
  });

  it('that arrive during a commit wait for the next one', async () => {
    const commits = new Commits();
    const buffer = new ReceiptBuffer(commits.apply, LOGGER);
    const first = buffer.add(receipt('a'));
    const drained = buffer.drain();
    const second = buffer.add(receipt('b'));
    expect(commits.batches).toEqual([['a']]);
    commits.succeed();
    await first;
    while (commits.batches.length < 2) await new Promise(setImmediate);
    commits.succeed();
    await Promise.all([second, drained]);
    expect(commits.batches).toEqual([['a'], ['b']]);
  });

  it('do not wait for company without end', async () => {
    const buffer = new ReceiptBuffer(async () => undefined, LOGGER);
    const startedAt = performance.now();
    await buffer.add(receipt('alone'));
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
