import pg from 'pg';
import { newUuid } from '#domain';
import { createTestDatabase, waitFor, type TestDatabase } from '#testing';
import { sqlStateOf, SYSTEM_ROLE, TENANT_ROLE } from './database.js';

describe('the scope of a transaction', () => {
  let test: TestDatabase;
  /** One connection, so that every transaction follows another one on it. */
  let narrow: TestDatabase;
  const [mine, theirs] = [newUuid(), newUuid()];

  beforeAll(async () => {
    [test, narrow] = await Promise.all([createTestDatabase(), createTestDatabase({ poolSize: 1 })]);
    for (const { database } of [test, narrow]) {
      await database.inSystem(async (tx) => {
        for (const id of [mine, theirs]) {
          await tx.query(`INSERT INTO accounts (id, name, default_country) VALUES ($1, $2, 'TW')`, [id, id]);
          await tx.query(`INSERT INTO contact_lists (id, account_id, name) VALUES ($1, $2, $3)`, [
            newUuid(),
            id,
            id,
          ]);
        }
      });
    }
  });
  afterAll(() => Promise.all([test.drop(), narrow.drop()]));

  const listNames = ({ database }: TestDatabase, accountId: string): Promise<string[]> =>
    database.inAccount(accountId, async (tx) => {
      const rows = await tx.query<{ name: string }>('SELECT name FROM contact_lists');
      return rows.map(({ name }) => name);
    });

  it('shows an account its own rows and no others, whatever the statement forgets', async () => {
    expect(await listNames(test, mine)).toEqual([mine]);
    const touched = await test.database.inAccount(mine, async (tx) => [
      await tx.execute(`UPDATE contact_lists SET name = 'x' WHERE account_id = $1`, [theirs]),
      await tx.execute('DELETE FROM contact_lists WHERE account_id = $1', [theirs]),
    ]);
    expect(touched).toEqual([0, 0]);
  });

  it('lets an account write no row of another one', async () => {
    const insert = test.database.inAccount(mine, (tx) =>
      tx.query(`INSERT INTO contact_lists (id, account_id, name) VALUES ($1, $2, 'smuggled')`, [
        newUuid(),
        theirs,
      ]),
    );
    await expect(insert).rejects.toThrow('row-level security');
    const move = test.database.inAccount(mine, (tx) =>
      tx.query('UPDATE contact_lists SET account_id = $1', [theirs]),
    );
    await expect(move).rejects.toThrow('row-level security');
  });

  it('does not leak from one transaction into the next on the same connection', async () => {
    const turns = Array.from({ length: 60 }, (_, turn) => (turn % 2 === 0 ? mine : theirs));
    const seen = await Promise.all(turns.map((accountId) => listNames(narrow, accountId)));
    expect(seen).toEqual(turns.map((accountId) => [accountId]));
    const [after] = await narrow.database.runSystemStatement(
      `SELECT current_user AS role, current_setting('app.account_id', true) AS account`,
    );
    expect(after).toEqual({ role: SYSTEM_ROLE, account: '' });
  });

  it('does not leak after an error either', async () => {
    for (const accountId of [mine, theirs]) {
      const failing = narrow.database.inAccount(accountId, (tx) => tx.query('SELECT 1/0'));
      await expect(failing).rejects.toThrow('division by zero');
    }
    const names = await narrow.database.inSystem((tx) => tx.query('SELECT name FROM contact_lists'));
    expect(names).toHaveLength(2);
  });

  it('shows nothing to the tenant role without an account', async () => {
    const rows = await test.database.inSystem(async (tx) => {
      await tx.query(`SET LOCAL ROLE ${TENANT_ROLE}`);
      return tx.query('SELECT FROM contact_lists');
    });
    expect(rows).toEqual([]);
  });

  it.each(['x', '', "' OR true --", '00000000-0000-0000-0000-00000000000G'])(
    'is refused for "%s", which is no account id',
    (accountId) => {
      expect(() => test.database.inAccount(accountId, async () => undefined)).toThrow('not a uuid');
    },
  );

  it('covers every table with an account: row-level security is forced, for both roles', async () => {
    const open = await test.database.runSystemStatement<{ name: string }>(
      `SELECT t.relname AS name FROM pg_class t
        WHERE t.relnamespace = 'public'::regnamespace AND t.relkind IN ('r', 'p')
          AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attname = 'account_id' AND NOT a.attisdropped)
          AND NOT (t.relrowsecurity AND t.relforcerowsecurity
                   AND (SELECT count(*) FROM pg_policy p WHERE p.polrelid = t.oid) = 2
                   AND EXISTS (SELECT FROM pg_policies p WHERE p.tablename = t.relname AND p.policyname = 'tenant'
                                AND p.roles = ARRAY['${TENANT_ROLE}']::name[]
                                AND p.qual = '(account_id = current_account_id())'
                                AND p.with_check = '(account_id = current_account_id())'))`,
    );
    expect(open).toEqual([]);
    const [{ secured } = { secured: 0 }] = await test.database.runSystemStatement<{ secured: number }>(
      `SELECT count(*)::int AS secured FROM pg_class WHERE relforcerowsecurity`,
    );
    expect(secured).toBeGreaterThan(20);
  });

  it('gives tenants no right on a table without accounts, but to hand in jobs and read prices', async () => {
    const rights = await test.database.runSystemStatement(
      `SELECT t.relname AS name, r.name AS "right"
         FROM pg_class t, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS r(name)
        WHERE t.relnamespace = 'public'::regnamespace AND t.relkind IN ('r', 'p') AND NOT t.relforcerowsecurity
          AND has_table_privilege('${TENANT_ROLE}', t.oid, r.name)
        ORDER BY 1`,
    );
    expect(rights).toEqual([
      { name: 'outbox', right: 'INSERT' },
      { name: 'prices', right: 'SELECT' },
    ]);
  });

  it('leaves both roles without ownership and without a way around the policies', async () => {
    const roles = await test.database.runSystemStatement(
      `SELECT rolname AS name, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb AS "isMighty",
              EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid) AS "owns"
         FROM pg_roles r WHERE rolname LIKE 'carillon\\_%' AND NOT rolcanlogin ORDER BY 1`,
    );
    const powerless = { isMighty: false, owns: false };
    expect(roles).toEqual([
      { name: SYSTEM_ROLE, ...powerless },
      { name: TENANT_ROLE, ...powerless },
    ]);
    const [plain] = await test.database.dataSource.query<{ role: string }[]>('SELECT current_user AS role');
    expect(plain?.role).toBe(SYSTEM_ROLE);
    const drop = test.database.dataSource.query('DROP TABLE contact_lists');
    await expect(drop).rejects.toThrow('must be owner');
  });
});

describe('a transaction', () => {
  let test: TestDatabase;
  const accountId = newUuid();

  beforeAll(async () => {
    test = await createTestDatabase();
    await test.database.inSystem((tx) =>
      tx.query(`INSERT INTO accounts (id, name, default_country) VALUES ($1, 'Lantern', 'TW')`, [accountId]),
    );
  });
  afterAll(() => test.drop());

  const rename = (name: string) =>
    ['UPDATE accounts SET name = $2 WHERE id = $1', [accountId, name]] as const;
  const readName = async () =>
    (
      await test.database.runSystemStatement<{ name: string }>('SELECT name FROM accounts WHERE id = $1', [
        accountId,
      ])
    )[0]?.name;

  it('calls back once after its commit, and never after a rollback', async () => {
    const calls: string[] = [];
    await test.database.inSystem(async (tx) => {
      tx.afterCommit(() => calls.push('committed'));
      await tx.query(...rename('one'));
      expect(calls).toEqual([]);
    });
    const failing = test.database.inSystem(async (tx) => {
      tx.afterCommit(() => calls.push('rolled back'));
      await tx.query(...rename('two'));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect([calls, await readName()]).toEqual([['committed'], 'one']);
  });

  it('runs again after a deadlock', async () => {
    const lists = [newUuid(), newUuid()];
    await test.database.inSystem((tx) =>
      tx.query(
        `INSERT INTO contact_lists (id, account_id, name) SELECT id, $2, 'x' FROM unnest($1::uuid[]) AS id`,
        [lists, accountId],
      ),
    );
    let arrived = 0;
    let attempts = 0;
    const lockBoth = (ids: string[]) =>
      test.database.inSystem(async (tx) => {
        attempts++;
        await tx.query('SELECT FROM contact_lists WHERE id = $1 FOR UPDATE', [ids[0]]);
        arrived++;
        // Both hold their first lock before either asks for its second one.
        await waitFor('the other one has its lock', () => arrived >= 2);
        await tx.query('SELECT FROM contact_lists WHERE id = $1 FOR UPDATE', [ids[1]]);
      });
    await Promise.all([lockBoth(lists), lockBoth([...lists].reverse())]);
    // Two, and at least one of them again.
    expect(attempts).toBeGreaterThan(2);
  });

  it('is not repeated after any other error', async () => {
    let attempts = 0;
    const failing = test.database.inSystem(async (tx) => {
      attempts++;
      await tx.query('SELECT * FROM nowhere');
    });
    const error: unknown = await failing.catch((thrown: unknown) => thrown);
    expect(sqlStateOf(error)).toBe('42P01');
    expect(attempts).toBe(1);
  });

  it('fails with the first error when its connection breaks, and the next one works', async () => {
    const server = new pg.Client({ connectionString: test.url });
    await server.connect();
    const failing = test.database.inSystem(async (tx) => {
      const [row] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      await server.query('SELECT pg_terminate_backend($1)', [row?.pid]);
      await tx.query(...rename('three'));
    });
    await expect(failing).rejects.toThrow(/terminat|connection error/);
    await server.end();
    expect(await readName()).toBe('one');
  });

  it('ends a statement that takes too long', async () => {
    const slow = test.database.inSystem((tx) => tx.query('SELECT pg_sleep(30)'), { statementTimeoutMs: 50 });
    await expect(slow).rejects.toThrow('statement timeout');
  });
});
