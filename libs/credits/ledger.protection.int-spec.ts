import pg from 'pg';
import { newUuid } from '#domain';
import { createTestDatabase, FakeClock, type TestDatabase } from '#testing';
import { CreditsReader, Ledger, LedgerChecks, VerifyLedgerUseCase } from './index.js';

const expiresAt = new Date('2030-01-01T00:00:00Z');
const TENANT_TABLES = [
  'wallets',
  'ledger_accounts',
  'transfers',
  'ledger_entries',
  'holds',
  'hold_funds',
  'credit_operations',
];

describe('the ledger keeps others out', () => {
  const clock = new FakeClock();
  const ledger = new Ledger(clock);
  const accountId = newUuid();
  const strangerId = newUuid();
  let test: TestDatabase;
  let owner: pg.Client;
  let holdId: string;

  beforeAll(async () => {
    test = await createTestDatabase();
    owner = new pg.Client({ connectionString: test.url });
    await owner.connect();
    await test.database.inSystem(async (tx) => {
      await ledger.grant(tx, { accountId, amount: 50_000n, key: 'trial', expiresAt });
      await ledger.topUp(tx, { accountId: strangerId, amount: 9_000n, key: 'payment' });
      const reference = { kind: 'campaign', id: 'one' } as const;
      ({ holdId } = await ledger.hold(tx, {
        accountId,
        amount: 7_000n,
        key: 'launch',
        reference,
        expiresAt,
      }));
      await ledger.settle(tx, { accountId, holdId, capture: 2_000n, release: 1_000n });
    });
  });
  afterAll(async () => {
    await owner.end();
    await test.drop();
  });

  it.each(TENANT_TABLES)('shows a tenant none of the rows of another account in %s', async (table) => {
    const count = (tenantId: string) =>
      test.database.inAccount(tenantId, async (tx) => {
        const rows = await tx.query<{ accountId: string }>(`SELECT account_id AS "accountId" FROM ${table}`);
        return { all: rows.length, own: rows.filter((row) => row.accountId === tenantId).length };
      });
    const mine = await count(accountId);
    const theirs = await count(strangerId);
    expect(mine.own).toBeGreaterThan(0);
    expect(mine.all).toBe(mine.own);
    expect(theirs.all).toBe(theirs.own);
  });

  it.each(TENANT_TABLES)('lets no tenant write to %s', async (table) => {
    const refusal = { code: '42501' };
    const write = (sql: string) => test.database.inAccount(accountId, (tx) => tx.execute(sql));
    await expect(write(`UPDATE ${table} SET account_id = account_id`)).rejects.toMatchObject(refusal);
    await expect(write(`DELETE FROM ${table}`)).rejects.toMatchObject(refusal);
    await expect(write(`INSERT INTO ${table} (account_id) VALUES ('${accountId}')`)).rejects.toMatchObject(
      refusal,
    );
  });

  it.each([
    [`credits_add($1, 'top_up', 1, 'k', NULL, ROW(NULL, NULL, NULL, NULL, now())::entry_note)`],
    [`credits_adjust($1, 1, 'k', ROW(NULL, NULL, 'r', NULL, now())::entry_note)`],
    [`credits_expire($1, now())`],
    [`ledger_write_entry($1, 'top_up', 1, ROW(NULL, NULL, NULL, NULL, now())::entry_note)`],
  ])('lets no tenant call %s', async (call) => {
    const attempt = test.database.inAccount(accountId, (tx) => tx.query(`SELECT ${call}`, [accountId]));
    await expect(attempt).rejects.toMatchObject({ code: '42501' });
  });

  it('lets a tenant neither hold nor settle the points of another account', async () => {
    const asStranger = <T>(work: (tx: Parameters<Ledger['settle']>[0]) => Promise<T>) =>
      test.database.inAccount(strangerId, work);
    const reference = { kind: 'campaign', id: 'theft' } as const;
    const held = asStranger((tx) =>
      ledger.hold(tx, { accountId, amount: 1n, key: 'theft', reference, expiresAt }),
    );
    await expect(held).rejects.toMatchObject({ code: '42501' });
    const settled = asStranger((tx) => ledger.settle(tx, { accountId, holdId, capture: 1n, release: 0n }));
    await expect(settled).rejects.toMatchObject({ code: '42501' });
    const disguised = asStranger((tx) =>
      ledger.settle(tx, { accountId: strangerId, holdId, capture: 1n, release: 0n }),
    );
    await expect(disguised).rejects.toMatchObject({ code: 'credits.hold_closed' });
  });

  it.each(['transfers', 'ledger_entries'])('never changes or forgets a row of %s', async (table) => {
    for (const sql of [
      `UPDATE ${table} SET amount = amount + 1`,
      `DELETE FROM ${table}`,
      `TRUNCATE ${table}`,
    ]) {
      await expect(test.database.inSystem((tx) => tx.execute(sql))).rejects.toMatchObject({ code: '42501' });
      await expect(owner.query(sql)).rejects.toThrow('append-only');
    }
  });

  it('names the needed and the available points when they are not enough', async () => {
    const reference = { kind: 'message', id: '1' } as const;
    const held = test.database.inAccount(strangerId, (tx) =>
      ledger.hold(tx, { accountId: strangerId, amount: 12_500n, key: 'x', reference, expiresAt }),
    );
    await expect(held).rejects.toMatchObject({
      code: 'credits.insufficient',
      sentence: 'This needs 12.5 points, and 9 are available.',
    });
  });
});

describe('the verifier finds', () => {
  const clock = new FakeClock();
  const ledger = new Ledger(clock);
  const checks = new LedgerChecks();
  let test: TestDatabase;
  let verifier: VerifyLedgerUseCase;

  beforeAll(async () => {
    test = await createTestDatabase();
    verifier = new VerifyLedgerUseCase(test.database, checks, clock);
  });
  afterAll(() => test.drop());

  /** An account with every kind of row, and a change to it that no role of the product could make. */
  async function tamper(sql: string): Promise<string[]> {
    const accountId = newUuid();
    await test.database.inSystem(async (tx) => {
      await ledger.grant(tx, { accountId, amount: 500n, key: 'a', expiresAt });
      await ledger.topUp(tx, { accountId, amount: 500n, key: 'b' });
      const reference = { kind: 'campaign', id: 'one' } as const;
      for (const key of ['c', 'd']) {
        const { holdId } = await ledger.hold(tx, { accountId, amount: 300n, key, reference, expiresAt });
        await ledger.settle(tx, { accountId, holdId, capture: 100n, release: 50n });
        if (key === 'd') await ledger.closeHold(tx, { accountId, holdId });
      }
    });
    expect((await verifier.execute({ accountId })).problems).toEqual([]);
    const superuser = new pg.Client({ connectionString: test.url });
    await superuser.connect();
    try {
      // Replica mode silences triggers and foreign keys; the constraints are put aside by the statements that need it.
      await superuser.query(`SET session_replication_role = replica`);
      await superuser.query(sql.replaceAll('$1', `'${accountId}'`));
    } finally {
      await superuser.end();
    }
    return (await verifier.execute({ accountId })).problems;
  }

  it.each([
    [
      'a transfer whose amount was changed',
      `UPDATE transfers SET amount = amount + 1 WHERE account_id = $1 AND kind = 'capture'`,
      'sums of ledger accounts equal their transfers',
    ],
    [
      'a transfer that was deleted',
      `DELETE FROM transfers WHERE account_id = $1 AND kind = 'top_up'`,
      'entries equal their transfers',
    ],
    [
      'a transfer between the wrong accounts',
      `UPDATE transfers SET debit_ledger_account_id = credit_ledger_account_id, credit_ledger_account_id = debit_ledger_account_id WHERE account_id = $1 AND kind = 'top_up'`,
      'transfers run between the right accounts',
    ],
    [
      'points made from nothing',
      `UPDATE ledger_accounts SET posted_credit = posted_credit + 5 WHERE account_id = $1 AND source = 'paid'`,
      'debits equal credits',
    ],
    [
      'a richer wallet',
      `UPDATE wallets SET available = available + 5 WHERE account_id = $1`,
      'wallets equal their funds',
    ],
    [
      'a wallet that left its last entry',
      `UPDATE wallets SET entry_count = entry_count + 1 WHERE account_id = $1`,
      'wallets stand at their last entry',
    ],
    [
      'a hold that forgot a capture',
      `UPDATE holds SET captured = captured - 5 WHERE account_id = $1 AND status = 'open'`,
      'holds equal their funds and transfers',
    ],
    [
      'a hold reopened',
      `UPDATE holds SET amount = amount + 5, status = 'open' WHERE account_id = $1 AND status = 'closed'`,
      'open holds add up to what is held',
    ],
    [
      'a pledge that was changed',
      `UPDATE hold_funds SET amount = amount + 5 WHERE account_id = $1`,
      'pledges of holds add up to what funds have pending',
    ],
    [
      'an entry that was changed',
      `UPDATE ledger_entries SET amount = amount + 5 WHERE account_id = $1 AND kind = 'top_up'`,
      'entries equal their transfers',
    ],
    [
      'an entry that is gone',
      `DELETE FROM ledger_entries WHERE account_id = $1 AND sequence = 2`,
      'entries carry a running balance without gaps',
    ],
    [
      'a negative balance',
      `ALTER TABLE wallets DROP CONSTRAINT wallets_available_check; UPDATE wallets SET available = -1 WHERE account_id = $1`,
      'nothing is negative',
    ],
  ])('%s', async (_, sql, check) => {
    const problems = await tamper(sql);
    expect(problems.map((problem) => problem.split(':')[0])).toContain(check);
  });

  it('what a check of another feature reports, and keeps the report', async () => {
    const extra = new LedgerChecks();
    extra.add({ name: 'finished campaigns hold nothing', run: async () => ['campaign 7 holds 3'] });
    const report = await new VerifyLedgerUseCase(test.database, extra, clock).execute();
    expect(report.isBalanced).toBe(false);
    expect(report.problems).toContain('finished campaigns hold nothing: campaign 7 holds 3');
    const kept = await test.database.inSystem((tx) => new CreditsReader(clock).lastVerification(tx));
    expect(kept).toEqual(report);
  });

  it('no two checks of one name', () => {
    const extra = new LedgerChecks();
    expect(() => extra.add({ name: 'debits equal credits', run: async () => [] })).toThrow(
      'two ledger checks',
    );
  });
});
