import { newUuid } from '#domain';
import { createTestDatabase, FakeClock, type TestDatabase } from '#testing';
import {
  AdjustCreditsUseCase,
  CreditsReader,
  ExpireCreditsUseCase,
  GrantCreditsUseCase,
  HoldsReader,
  Ledger,
  LedgerChecks,
  PriceReader,
  PriceSnapshot,
  TopUpCreditsUseCase,
  VerifyLedgerUseCase,
  type LedgerEntry,
} from './index.js';

const DAY_SECONDS = 86_400;
const campaign = { kind: 'campaign', id: 'spring sale' } as const;

describe('credits', () => {
  const clock = new FakeClock();
  const ledger = new Ledger(clock);
  const reader = new CreditsReader(clock);
  let test: TestDatabase;
  let grant: GrantCreditsUseCase;
  let topUp: TopUpCreditsUseCase;
  let adjust: AdjustCreditsUseCase;
  let expire: ExpireCreditsUseCase;
  let accountId: string;

  beforeAll(async () => {
    test = await createTestDatabase();
    grant = new GrantCreditsUseCase(test.database, ledger, clock);
    topUp = new TopUpCreditsUseCase(test.database, ledger);
    adjust = new AdjustCreditsUseCase(test.database, ledger);
    expire = new ExpireCreditsUseCase(test.database, ledger, clock);
  });
  beforeEach(() => {
    accountId = newUuid();
  });
  afterAll(async () => {
    const verifier = new VerifyLedgerUseCase(test.database, new LedgerChecks(), clock);
    expect((await verifier.execute()).problems).toEqual([]);
    await test.drop();
  });

  const inDays = (days: number) => new Date(clock.now().getTime() + days * DAY_SECONDS * 1000);
  const balance = () => test.database.inAccount(accountId, (tx) => reader.balance(tx, accountId));
  const hold = async (amount: bigint, key = newUuid()) =>
    test.database.inAccount(accountId, (tx) =>
      ledger.hold(tx, {
        accountId,
        amount,
        key,
        reference: campaign,
        expiresAt: inDays(2),
        actor: 'member:1',
      }),
    );
  const close = (holdId: string) =>
    test.database.inAccount(accountId, (tx) => ledger.closeHold(tx, { accountId, holdId }));
  const readEntries = async (): Promise<LedgerEntry[]> =>
    (await test.database.inAccount(accountId, (tx) => reader.entries(tx, accountId, { limit: 100 }))).entries;

  it('shows an account without points an empty balance, and refuses to hold for it', async () => {
    expect(await balance()).toEqual({ available: 0n, held: 0n, granted: 0n, paid: 0n });
    await expect(hold(1n)).rejects.toMatchObject({ code: 'credits.insufficient' });
  });

  it('spends granted points before paid ones, the soonest to expire first', async () => {
    await topUp.execute({ accountId, amount: 100n, key: 'paid' });
    await grant.execute({ accountId, amount: 100n, key: 'late', expiresAt: inDays(30) });
    await grant.execute({ accountId, amount: 100n, key: 'soon', expiresAt: inDays(10) });
    const { holdId } = await hold(150n);
    expect(await balance()).toEqual({ available: 150n, held: 150n, granted: 50n, paid: 100n });
    // Captures use up the soonest (100, then 50 of the later); releases give back from the other end: 50 and then 10.
    await test.database.inAccount(accountId, (tx) =>
      ledger.settle(tx, { accountId, holdId, capture: 75n, release: 60n }),
    );
    expect(await balance()).toEqual({ available: 210n, held: 15n, granted: 110n, paid: 100n });
    clock.advanceSeconds(10 * DAY_SECONDS);
    expect(await expire.execute()).toEqual({ accounts: 1, expired: 10n });
    expect(await balance()).toEqual({ available: 200n, held: 15n, granted: 100n, paid: 100n });
  });

  it('expires what is free, and what is held only when it comes back', async () => {
    await grant.execute({ accountId, amount: 100n, key: 'trial', expiresAt: inDays(5) });
    const { holdId } = await hold(40n);
    clock.advanceSeconds(5 * DAY_SECONDS);
    expect(await balance()).toMatchObject({ available: 0n, held: 40n });
    expect(await expire.execute()).toEqual({ accounts: 1, expired: 60n });
    expect(await expire.execute()).toEqual({ accounts: 0, expired: 0n });
    await test.database.inAccount(accountId, (tx) =>
      ledger.settle(tx, { accountId, holdId, capture: 10n, release: 0n }),
    );
    expect(await close(holdId)).toBe(30n);
    expect(await balance()).toEqual({ available: 0n, held: 0n, granted: 0n, paid: 0n });
    expect((await readEntries()).slice(0, 2)).toMatchObject([
      { kind: 'expiry', amount: -30n, availableAfter: 0n },
      { kind: 'release', amount: 30n, availableAfter: 30n },
    ]);
  });

  it('holds nothing of points that are due but not yet swept', async () => {
    await grant.execute({ accountId, amount: 100n, key: 'trial', expiresAt: inDays(1) });
    await topUp.execute({ accountId, amount: 10n, key: 'paid' });
    clock.advanceSeconds(DAY_SECONDS);
    await expect(hold(11n)).rejects.toMatchObject({
      sentence: 'This needs 0.011 points, and 0.01 are available.',
    });
    await hold(10n);
    expect(await balance()).toEqual({ available: 0n, held: 10n, granted: 0n, paid: 0n });
  });

  it('gives the first result again for the same key, and refuses the key for anything else', async () => {
    const first = await topUp.execute({ accountId, amount: 100n, key: 'payment:1' });
    const again = await topUp.execute({ accountId, amount: 100n, key: 'payment:1' });
    expect(again).toEqual({ entryId: first.entryId, isReplay: true });
    const reused = { code: 'credits.key_reused' };
    await expect(topUp.execute({ accountId, amount: 101n, key: 'payment:1' })).rejects.toMatchObject(reused);
    await expect(grant.execute({ accountId, amount: 100n, key: 'payment:1' })).rejects.toMatchObject(reused);
    await expect(hold(100n, 'payment:1')).rejects.toMatchObject(reused);
    expect(await balance()).toMatchObject({ available: 100n, held: 0n });
  });

  it('gives a refused key another chance once the points are there', async () => {
    await expect(hold(50n, 'launch')).rejects.toMatchObject({ code: 'credits.insufficient' });
    await topUp.execute({ accountId, amount: 50n, key: 'payment:1' });
    expect(await hold(50n, 'launch')).toMatchObject({ isReplay: false });
  });

  it('refuses to settle more than is held, or after closing, and closes again in peace', async () => {
    await topUp.execute({ accountId, amount: 100n, key: 'paid' });
    const { holdId } = await hold(60n);
    const settle = (capture: bigint, release: bigint) =>
      test.database.inAccount(accountId, (tx) => ledger.settle(tx, { accountId, holdId, capture, release }));
    await expect(settle(40n, 21n)).rejects.toMatchObject({ code: 'credits.hold_closed' });
    await expect(settle(-1n, 2n)).rejects.toMatchObject({ code: 'credits.hold_closed' });
    await settle(40n, 10n);
    expect(await close(holdId)).toBe(10n);
    expect(await close(holdId)).toBe(0n);
    await expect(settle(1n, 0n)).rejects.toMatchObject({ code: 'credits.hold_closed' });
    await expect(close(newUuid())).rejects.toMatchObject({ code: 'credits.hold_closed' });
    expect(await balance()).toMatchObject({ available: 60n, held: 0n });
  });

  it('moves nothing when the transaction around it fails', async () => {
    await topUp.execute({ accountId, amount: 100n, key: 'paid' });
    const failed = test.database.inAccount(accountId, async (tx) => {
      await ledger.hold(tx, { accountId, amount: 60n, key: 'k', reference: campaign, expiresAt: inDays(1) });
      throw new Error('the launch failed');
    });
    await expect(failed).rejects.toThrow('the launch failed');
    expect(await balance()).toMatchObject({ available: 100n, held: 0n });
  });

  it('corrects a balance up and down, with a reason, and not below zero', async () => {
    const correction = { accountId, reason: 'counted twice', actor: 'member:1' };
    await adjust.execute({ ...correction, amount: 30n, key: 'a' });
    await adjust.execute({ ...correction, amount: -20n, key: 'b' });
    await expect(adjust.execute({ ...correction, amount: -11n, key: 'c' })).rejects.toMatchObject({
      code: 'credits.insufficient',
    });
    await expect(adjust.execute({ ...correction, amount: 5n, key: 'd', reason: ' ' })).rejects.toMatchObject({
      code: 'request.invalid',
    });
    expect(await balance()).toMatchObject({ available: 10n, paid: 10n });
  });

  it.each([0n, -5n, 10n ** 16n])('refuses to add %s millipoints', async (amount) => {
    await expect(topUp.execute({ accountId, amount, key: 'k' })).rejects.toMatchObject({
      code: 'credits.amount_invalid',
    });
  });

  it('refuses a grant that has expired already', async () => {
    const late = grant.execute({ accountId, amount: 5n, key: 'k', expiresAt: clock.now() });
    await expect(late).rejects.toMatchObject({ code: 'request.invalid' });
  });

  it('tells the story of a wallet in entries with a running balance, newest first, by pages', async () => {
    await grant.execute({ accountId, amount: 50n, key: 'trial', reason: 'trial points', actor: 'system' });
    const { holdId } = await hold(20n);
    await test.database.inAccount(accountId, (tx) =>
      ledger.settle(tx, { accountId, holdId, capture: 15n, release: 5n }),
    );
    const readPage = (cursor?: string) =>
      test.database.inAccount(accountId, (tx) =>
        reader.entries(tx, accountId, { limit: 3, ...(cursor && { cursor }) }),
      );
    const first = await readPage();
    expect(first.entries).toMatchObject([
      {
        sequence: 4n,
        kind: 'release',
        amount: 5n,
        availableAfter: 35n,
        heldAfter: 0n,
        referenceId: 'spring sale',
      },
      {
        sequence: 3n,
        kind: 'capture',
        amount: -15n,
        availableAfter: 30n,
        heldAfter: 5n,
        referenceKind: 'campaign',
      },
      { sequence: 2n, kind: 'hold', amount: -20n, availableAfter: 30n, heldAfter: 20n, actor: 'member:1' },
    ]);
    const second = await readPage(first.nextCursor ?? 'none');
    expect(second).toMatchObject({
      entries: [{ sequence: 1n, kind: 'grant', amount: 50n, reason: 'trial points' }],
      nextCursor: null,
    });
    expect(await readPage('not a cursor')).toEqual({ entries: [], nextCursor: null });
  });

  it('lists open holds past their expiry for their owner to decide', async () => {
    const holds = new HoldsReader(clock);
    await topUp.execute({ accountId, amount: 100n, key: 'paid' });
    const kept = await hold(10n);
    const closed = await hold(10n);
    await close(closed.holdId);
    const listIds = async () =>
      (await test.database.inSystem((tx) => holds.listOverdue(tx, 'campaign', 1_000))).map(({ id }) => id);
    expect(await listIds()).not.toContain(kept.holdId);
    clock.advanceSeconds(2 * DAY_SECONDS);
    expect(await listIds()).toContain(kept.holdId);
    expect(await listIds()).not.toContain(closed.holdId);
    const found = await test.database.inAccount(accountId, (tx) => holds.find(tx, accountId, kept.holdId));
    expect(found).toMatchObject({ amount: 10n, captured: 0n, status: 'open', referenceId: 'spring sale' });
  });

  describe('prices', () => {
    const readPrices = (channel: 'sms' | 'mms', at: Date) =>
      test.database.inAccount(accountId, (tx) => new PriceReader().snapshot(tx, channel, at));

    it('start with a point for Taiwan, three for elsewhere and no MMS', async () => {
      const sms = await readPrices('sms', clock.now());
      expect([sms.priceOf('TW'), sms.priceOf('JP')]).toEqual([1_000n, 3_000n]);
      expect((await readPrices('mms', clock.now())).priceOf('TW')).toBeUndefined();
    });

    it('follow the newest row in effect, can close a country, and survive JSON', async () => {
      await test.database.inSystem((tx) =>
        tx.execute(
          `INSERT INTO prices (channel, country, millipoints_per_part, effective_from)
           VALUES ('sms', 'JP', 4000, $1), ('sms', 'JP', 5000, $2), ('sms', 'KP', NULL, $1)`,
          [inDays(-1), inDays(1)],
        ),
      );
      const today = await readPrices('sms', clock.now());
      const tomorrow = await readPrices('sms', inDays(1));
      expect([today.priceOf('JP'), tomorrow.priceOf('JP')]).toEqual([4_000n, 5_000n]);
      const stored = JSON.stringify(today.toJson());
      const restored = PriceSnapshot.fromJson(JSON.parse(stored) as ReturnType<PriceSnapshot['toJson']>);
      expect([restored.priceOf('JP'), restored.priceOf('FR')]).toEqual([4_000n, 3_000n]);
      expect([today.priceOf('KP'), restored.priceOf('KP')]).toEqual([undefined, undefined]);
    });

    it('are never rewritten', async () => {
      const rewrite = test.database.inSystem((tx) =>
        tx.execute(`UPDATE prices SET millipoints_per_part = 1`),
      );
      await expect(rewrite).rejects.toMatchObject({ code: '42501' });
    });
  });
});
