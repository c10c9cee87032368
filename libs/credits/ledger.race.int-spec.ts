import pg from 'pg';
import { isDomainError, newUuid } from '#domain';
import { createTestDatabase, FakeClock, type TestDatabase } from '#testing';
import { CreditsReader, Ledger, LedgerChecks, VerifyLedgerUseCase, type HoldReference } from './index.js';

const reference: HoldReference = { kind: 'campaign', id: 'race' };
const expiresAt = new Date('2030-01-01T00:00:00Z');

describe('points under concurrency', () => {
  const clock = new FakeClock();
  const ledger = new Ledger(clock);
  const reader = new CreditsReader(clock);
  let test: TestDatabase;
  let verifier: VerifyLedgerUseCase;

  beforeAll(async () => {
    test = await createTestDatabase();
    verifier = new VerifyLedgerUseCase(test.database, new LedgerChecks(), clock);
  });
  afterEach(async () => {
    expect((await verifier.execute()).problems).toEqual([]);
    expect(await countDeadlocks()).toBe(0);
  });
  afterAll(() => test.drop());

  /** The database tries again after a deadlock, so a test would pass over one in silence: PostgreSQL counts them. */
  async function countDeadlocks(): Promise<number> {
    const client = new pg.Client({ connectionString: test.url });
    await client.connect();
    try {
      await client.query('SELECT pg_stat_clear_snapshot()');
      const { rows } = await client.query<{ deadlocks: string }>(
        'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
      );
      return Number(rows[0]?.deadlocks);
    } finally {
      await client.end();
    }
  }

  async function openAccount(granted: bigint, paid: bigint): Promise<string> {
    const accountId = newUuid();
    await test.database.inSystem(async (tx) => {
      if (granted > 0n) await ledger.grant(tx, { accountId, amount: granted, key: 'grant', expiresAt });
      if (paid > 0n) await ledger.topUp(tx, { accountId, amount: paid, key: 'top-up' });
    });
    return accountId;
  }

  const hold = (accountId: string, amount: bigint, key: string) =>
    test.database.inAccount(accountId, (tx) =>
      ledger.hold(tx, { accountId, amount, key, reference, expiresAt }),
    );

  const balanceOf = (accountId: string) =>
    test.database.inAccount(accountId, (tx) => reader.balance(tx, accountId));

  it('lets exactly 50 of 200 simultaneous spends through when there are funds for 50', async () => {
    const accountId = await openAccount(20_000n, 30_000n);
    const spends = Array.from({ length: 200 }, (_, spend) =>
      codeOf(hold(accountId, 1_000n, `spend-${spend}`)),
    );
    const codes = await Promise.all(spends);
    expect(codes.filter((code) => code === 'done')).toHaveLength(50);
    expect(codes.filter((code) => code === 'credits.insufficient')).toHaveLength(150);
    expect(await balanceOf(accountId)).toEqual({ available: 0n, held: 50_000n, granted: 0n, paid: 0n });
  });

  it('gives 100 parallel calls with one key the same hold, and holds once', async () => {
    const accountId = await openAccount(0n, 500n);
    const calls = Array.from({ length: 100 }, () => hold(accountId, 300n, 'launch'));
    const results = await Promise.all(calls);
    expect(new Set(results.map(({ holdId }) => holdId)).size).toBe(1);
    expect(results.filter(({ isReplay }) => !isReplay)).toHaveLength(1);
    expect(await balanceOf(accountId)).toMatchObject({ available: 200n, held: 300n });
  });

  it('tops up once when 100 parallel calls carry one key, even as the first points of the account', async () => {
    const accountId = newUuid();
    const calls = Array.from({ length: 100 }, () =>
      test.database.inSystem((tx) => ledger.topUp(tx, { accountId, amount: 70n, key: 'payment:1' })),
    );
    const results = await Promise.all(calls);
    expect(new Set(results.map(({ entryId }) => entryId)).size).toBe(1);
    expect(await balanceOf(accountId)).toMatchObject({ available: 70n, held: 0n });
  });

  it('never settles more than a hold, whatever settles at the same time', async () => {
    const accountId = await openAccount(60n, 60n);
    const { holdId } = await hold(accountId, 100n, 'launch');
    const settlements = Array.from({ length: 150 }, (_, index) =>
      codeOf(
        test.database.inSystem((tx) =>
          index % 2 === 0
            ? ledger.settle(tx, { accountId, holdId, capture: 1n, release: 0n })
            : ledger.settle(tx, { accountId, holdId, capture: 0n, release: 1n }),
        ),
      ),
    );
    const codes = await Promise.all(settlements);
    expect(codes.filter((code) => code === 'done')).toHaveLength(100);
    expect(codes.filter((code) => code === 'credits.hold_closed')).toHaveLength(50);
    expect(await balanceOf(accountId)).toMatchObject({ held: 0n });
  });

  it('closes a hold once when it is closed and settled at the same time', async () => {
    const accountId = await openAccount(0n, 100n);
    const { holdId } = await hold(accountId, 100n, 'launch');
    const closes = Array.from({ length: 20 }, () =>
      test.database.inAccount(accountId, (tx) => ledger.closeHold(tx, { accountId, holdId })),
    );
    const capture = codeOf(
      test.database.inAccount(accountId, (tx) =>
        ledger.settle(tx, { accountId, holdId, capture: 40n, release: 0n }),
      ),
    );
    const released = (await Promise.all(closes)).reduce((total, part) => total + part, 0n);
    const captured = (await capture) === 'done' ? 40n : 0n;
    expect(released + captured).toBe(100n);
    expect(await balanceOf(accountId)).toMatchObject({ available: released, held: 0n });
  });

  it('keeps every invariant for readers while writers move points among many accounts', async () => {
    const WRITERS = 12;
    const MOVES_PER_WRITER = 60;
    const accounts = await Promise.all(Array.from({ length: 4 }, () => openAccount(500n, 500n)));
    let isWriting = true;
    const write = async (writer: number) => {
      let holdId = '';
      for (let move = 0; move < MOVES_PER_WRITER; move++) {
        const accountId = accounts[(writer + (move >> 2)) % accounts.length] ?? '';
        const key = `${writer}-${move}`;
        // Four moves in turn: hold, add to it, settle a part of it, close it.
        if (move % 4 === 0) ({ holdId } = await hold(accountId, 20n, key));
        const at = { accountId, holdId };
        if (move % 4 === 1)
          await test.database.inAccount(accountId, (tx) => ledger.extendHold(tx, { ...at, amount: 5n, key }));
        if (move % 4 === 2)
          await test.database.inAccount(accountId, (tx) =>
            ledger.settle(tx, { ...at, capture: 2n, release: 3n }),
          );
        if (move % 4 === 3)
          await test.database.inAccount(accountId, (tx) => ledger.settleLast(tx, { ...at, capture: 1n }));
      }
    };
    const read = async () => {
      let reports = 0;
      while (isWriting || reports === 0) {
        expect((await verifier.execute()).problems).toEqual([]);
        reports++;
      }
      return reports;
    };
    const readers = [read(), read()];
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer))).finally(
      () => (isWriting = false),
    );
    await Promise.all(readers);
    const balances = await Promise.all(accounts.map(balanceOf));
    // Each round of four moves spends 3 millipoints and gives the rest back.
    const spent = BigInt((WRITERS * MOVES_PER_WRITER) / 4) * 3n;
    expect(balances.reduce((total, { available }) => total + available, 0n)).toBe(4_000n - spent);
    expect(balances.every(({ held }) => held === 0n)).toBe(true);
  });
});

async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'done';
  } catch (error) {
    if (isDomainError(error)) return error.code;
    throw error;
  }
}
