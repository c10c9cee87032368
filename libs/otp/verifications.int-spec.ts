import { newUuid } from '#domain';
import { SubmitMessageUseCase } from '#messaging';
import { Outbox, SecretBox, type Database } from '#platform';
import { createTestDatabase, type TestDatabase } from '#testing';
import { CheckVerificationUseCase, type CheckResult } from './check-verification.use-case.js';
import { StartVerificationUseCase, type StartedVerification } from './start-verification.use-case.js';

const secrets = new SecretBox('a secret key of thirty-two characters');
const purpose = 'registration';

describe('a verification', () => {
  let test: TestDatabase;
  let database: Database;
  let accountId: string;
  let to: string;
  let count = 0;
  const start = new StartVerificationUseCase(secrets, new SubmitMessageUseCase(new Outbox(), secrets));
  const check = new CheckVerificationUseCase(secrets);

  beforeAll(async () => {
    test = await createTestDatabase();
    database = test.database;
  });
  afterAll(() => test.drop());
  beforeEach(async () => {
    accountId = await createAccount();
    to = `+88691234${String(5000 + count++)}`;
  });

  it('accepts its code once', async () => {
    await send();
    const code = await readCode();
    expect(await tryCode(code)).toMatchObject({ isApproved: true });
    expect(await tryCode(code)).toEqual({ isApproved: false, attemptsLeft: 0, secondsLeft: 0 });
  });

  it('is approved once by a hundred right codes at once', async () => {
    await send();
    const code = await readCode();
    const results = await Promise.all(Array.from({ length: 100 }, () => tryCode(code)));
    expect(results.filter(({ isApproved }) => isApproved)).toHaveLength(1);
  });

  it('counts failures on, however often its code is sent again', async () => {
    await send();
    for (const attemptsLeft of [4, 3]) expect(await tryWrongCode()).toMatchObject({ attemptsLeft });
    await letTimePass(31);
    expect(await send()).toMatchObject({ attemptsLeft: 3, resendAfterSeconds: 60 });
    for (const attemptsLeft of [2, 1, 0]) expect(await tryWrongCode()).toMatchObject({ attemptsLeft });
    expect(await tryCode(await readCode())).toMatchObject({ isApproved: false });
    await letTimePass(61);
    await expect(send()).rejects.toMatchObject({ code: 'verifications.too_many' });
  });

  it('ends ten minutes after its first text, however often its code is sent again', async () => {
    await send();
    for (const pause of [200, 200]) {
      await letTimePass(pause);
      await send();
    }
    const [row] = await database.inSystem((tx) =>
      tx.query<{ seconds: number }>(
        `SELECT extract(epoch FROM expires_at - created_at)::int AS seconds FROM verifications WHERE to_number = $1`,
        [to],
      ),
    );
    expect(row?.seconds).toBe(600);
  });

  it('locks the number for a day after twenty wrong codes, whatever is sent in between', async () => {
    for (let round = 0; round < 4; round++) {
      await send();
      for (let wrong = 0; wrong < 5; wrong++) await tryWrongCode();
      // An hour later the limits per ten minutes are forgotten; the failures are not.
      await letTimePass(3_600);
    }
    await expect(send()).rejects.toMatchObject({ code: 'verifications.too_many' });
    const error: unknown = await send().catch((refused: unknown) => refused);
    expect((error as { retryAfterSeconds: number }).retryAfterSeconds).toBeGreaterThan(23 * 3_600);
  });

  it('clears the failures when the code is right', async () => {
    await send();
    for (let wrong = 0; wrong < 4; wrong++) await tryWrongCode();
    await tryCode(await readCode());
    const rows = await database.inSystem((tx) =>
      tx.query(`SELECT FROM verification_failures WHERE to_number = $1`, [to]),
    );
    expect(rows).toEqual([]);
  });

  it('of one account cannot be approved through another', async () => {
    await send();
    const code = await readCode();
    const stranger = await createAccount();
    expect(await tryCode(code, stranger)).toEqual({ isApproved: false, attemptsLeft: 0, secondsLeft: 0 });
    expect(await tryCode(code)).toMatchObject({ isApproved: true });
  });

  it('does not take the code of another one', async () => {
    await send();
    const code = await readCode();
    await database.inSystem((tx) =>
      tx.execute(
        `INSERT INTO verifications (id, account_id, to_number, purpose, code_mac, max_attempts, expires_at)
         SELECT $1, account_id, $2, purpose, code_mac, max_attempts, expires_at FROM verifications WHERE to_number = $3`,
        [newUuid(), '+886912000000', to],
      ),
    );
    const input = { accountId, to: '+886912000000', purpose, code } as const;
    const moved = await database.inSystem((tx) => check.execute(tx, input));
    expect(moved).toMatchObject({ isApproved: false, attemptsLeft: 4 });
  });

  it('waits 30 s, 60 s, 120 s, 240 s between texts, and stops after five', async () => {
    for (const pause of [30, 60, 120, 240]) {
      expect(await send()).toMatchObject({ resendAfterSeconds: pause });
      await letTimePass(pause - 2);
      await expect(send()).rejects.toMatchObject({ code: 'verifications.too_soon' });
      await letTimePass(2);
    }
    await send();
    await letTimePass(140);
    await expect(send()).rejects.toMatchObject({ code: 'verifications.too_many' });
  });

  it('sends one text when it is asked for twenty times at once', async () => {
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => send()));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const [sent] = await database.inSystem((tx) =>
      tx.query<{ texts: bigint }>(`SELECT count(*) AS texts FROM messages WHERE recipient = $1`, [to]),
    );
    expect(sent?.texts).toBe(1n);
  });

  it('sends ten texts a day to one number, whichever accounts ask', async () => {
    for (let text = 0; text < 10; text++) {
      accountId = await createAccount();
      await send();
      await letTimePass(700);
    }
    accountId = await createAccount();
    await expect(send()).rejects.toMatchObject({ code: 'verifications.too_many' });
  });

  it('keeps neither the code nor its text in clear', async () => {
    await send();
    const code = await readCode();
    const [message] = await database.inSystem((tx) =>
      tx.query<{ body: string }>(`SELECT body FROM messages WHERE recipient = $1`, [to]),
    );
    expect(message?.body).toContain('******');
    expect(message?.body).not.toContain(code);
  });

  const send = (): Promise<StartedVerification> =>
    database.inSystem((tx) =>
      start.execute(tx, { accountId, senderAccountId: accountId, to, purpose, locale: 'en' }),
    );

  const tryCode = (code: string, by = accountId): Promise<CheckResult> =>
    database.inSystem((tx) => check.execute(tx, { accountId: by, to, purpose, code }));

  const tryWrongCode = async (): Promise<CheckResult> =>
    tryCode(String((Number(await readCode()) + 1) % 1_000_000).padStart(6, '0'));

  async function createAccount(): Promise<string> {
    const id = newUuid();
    await database.inSystem((tx) =>
      tx.execute(`INSERT INTO accounts (id, name, default_country) VALUES ($1, 'Shop', 'TW')`, [id]),
    );
    return id;
  }

  /** Opens the newest text as the worker would. */
  async function readCode(): Promise<string> {
    const [message] = await database.inSystem((tx) =>
      tx.query<{ id: bigint; sealed: Buffer }>(
        `SELECT m.id, s.sealed FROM messages m JOIN message_secrets s ON s.message_id = m.id
         WHERE m.recipient = $1 ORDER BY m.id DESC LIMIT 1`,
        [to],
      ),
    );
    if (!message) throw new Error('no text was sent');
    const text = secrets.open('message-text', String(message.id), message.sealed);
    return /\d{6}/.exec(text)?.[0] ?? '';
  }

  /** Moves what happened to the number into the past; the rules use the database's clock. */
  async function letTimePass(seconds: number): Promise<void> {
    const past = `make_interval(secs => ${seconds})`;
    await database.inSystem(async (tx) => {
      await tx.execute(`UPDATE verification_sends SET sent_at = sent_at - ${past} WHERE to_number = $1`, [
        to,
      ]);
      await tx.execute(
        `UPDATE verifications SET created_at = created_at - ${past}, expires_at = expires_at - ${past}
         WHERE to_number = $1`,
        [to],
      );
    });
  }
});
