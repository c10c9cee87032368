import {
  makeEmail,
  makePhone,
  PASSWORD,
  refusal,
  refusalOf,
  startApi,
  textOf,
  wrongCode,
  type TestApi,
} from './api-harness.js';

describe('signing up', () => {
  let api: TestApi;
  beforeAll(async () => (api = await startApi()));
  afterAll(() => api.stop());

  it('leads from a form to 50 points', async () => {
    const account = await api.register('0912 345 678');
    expect(account.answer.body).toMatchObject({
      account: { name: 'Lantern Books', defaultCountry: 'TW', phone: '+886******678', phoneVerified: false },
      member: { email: account.email, isAdmin: false },
      phoneVerification: { to: '+886******678', resendAfterSeconds: 30, attemptsLeft: 5 },
    });
    const check = await api.checkCode(account, await api.readCode('+886912345678'));
    expect([check.status, check.body]).toEqual([200, { phoneVerified: true, trialGranted: true }]);
    const { cookie } = account;
    const me = await api.call('GET', '/v1/me', { cookie });
    expect(me.body.account).toMatchObject({ id: account.id, phoneVerified: true });
    const credits = await api.call('GET', '/v1/credits', { cookie });
    expect(credits.body).toEqual({ available: '50', held: '0', granted: '50', paid: '0' });
    const entries = await api.call('GET', '/v1/credits/entries', { cookie });
    expect(entries.body.data).toMatchObject([{ kind: 'grant', amount: '50', availableAfter: '50' }]);
    expect(entries.body.nextCursor).toBeNull();
  });

  it('lets an account without a proved phone only finish its sign-up', async () => {
    const { cookie } = await api.register();
    for (const [method, path] of [
      ['GET', '/v1/credits'],
      ['GET', '/v1/api-keys'],
      ['POST', '/v1/api-keys'],
    ] as const)
      expect(refusalOf(await api.call(method, path, { cookie }))).toEqual(
        refusal(403, 'auth.phone_unverified'),
      );
    expect((await api.call('GET', '/v1/me', { cookie })).status).toBe(200);
  });

  it('takes an e-mail address once, in any case of its letters', async () => {
    const email = makeEmail();
    await api.register(makePhone(), email);
    const body = { email: email.toUpperCase(), password: PASSWORD, company: 'Other', phone: makePhone() };
    const second = await api.call('POST', '/v1/auth/sign-up', { body });
    expect(refusalOf(second)).toEqual(refusal(409, 'auth.email_taken'));
    expect(second.body.errors).toMatchObject([{ field: 'email' }]);
  });

  it('makes one account when the same form arrives twenty times at once', async () => {
    const body = { email: makeEmail(), password: PASSWORD, company: 'Twins', phone: makePhone() };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => api.call('POST', '/v1/auth/sign-up', { body })),
    );
    const codes = answers.map(({ status, body: { code } }) => `${status} ${textOf(code)}`).sort();
    expect(codes).toEqual(['201 undefined', ...Array.from({ length: 19 }, () => '409 auth.email_taken')]);
    const [count] = await api.database.inSystem((tx) =>
      tx.query<{ accounts: bigint }>(`SELECT count(*) AS accounts FROM accounts WHERE name = 'Twins'`),
    );
    expect(count?.accounts).toBe(1n);
  });

  it.each([
    [{ email: 'nobody' }, 'email', 'invalid_format'],
    [{ email: 42 }, 'email', 'invalid_type'],
    [{ password: 'short' }, 'password', 'too_short'],
    [{ password: 'password123' }, 'password', 'too_common'],
    [{ company: '  ' }, 'company', 'too_small'],
    [{ company: 'A\u0000B' }, 'company', 'invalid_format'],
    [{ phone: '02 2345 6789' }, 'phone', 'number.landline'],
    [{ phone: '+881 612345678' }, 'phone', 'number.satellite'],
    [{ phone: 'call me' }, 'phone', 'number.not_a_number'],
    [{ country: 'ZZ' }, 'country', 'unknown'],
    [{ country: 'tw' }, 'country', 'invalid_format'],
    [{ role: 'admin' }, 'role', 'unknown_field'],
  ])('refuses %j and names the field', async (change, field, code) => {
    const form = {
      email: makeEmail(),
      password: PASSWORD,
      company: 'Shop',
      phone: makePhone(),
      country: 'TW',
    };
    const answer = await api.call('POST', '/v1/auth/sign-up', { body: { ...form, ...change } });
    expect(refusalOf(answer)).toEqual(refusal(400, 'request.invalid'));
    expect(answer.body.errors).toContainEqual(expect.objectContaining({ field, code }));
  });

  it('gives one trial per phone number, but lets a second account prove it', async () => {
    const first = await api.signUp();
    const second = await api.register(first.phone);
    const check = await api.checkCode(second, await api.readCode(first.phone));
    expect([check.status, check.body]).toEqual([200, { phoneVerified: true, trialGranted: false }]);
    const credits = await api.call('GET', '/v1/credits', { cookie: second.cookie });
    expect(credits.body.available).toBe('0');
  });

  it('gives one trial when the right code arrives twenty times at once', async () => {
    const account = await api.register();
    const code = await api.readCode(account.phone);
    const answers = await Promise.all(Array.from({ length: 20 }, () => api.checkCode(account, code)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ body }) => textOf(body.code) === 'verifications.invalid_code')).toHaveLength(19);
    const entries = await api.call('GET', '/v1/credits/entries', { cookie: account.cookie });
    expect(entries.body.data).toHaveLength(1);
  });

  it('gives one trial when two accounts prove the same number at once', async () => {
    const phone = makePhone();
    const first = await api.register(phone);
    const firstCode = await api.readCode(phone);
    const second = await api.register(phone);
    const secondCode = await api.readCode(phone);
    const answers = await Promise.all([api.checkCode(first, firstCode), api.checkCode(second, secondCode)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers.map(({ body }) => textOf(body.trialGranted)).sort()).toEqual(['false', 'true']);
  });

  it('looks at five codes of a hundred sent at once, and then not even at the right one', async () => {
    const account = await api.register();
    const code = await api.readCode(account.phone);
    const wrong = Array.from({ length: 100 }, (_, index) => String((Number(code) + 1 + index) % 1_000_000));
    const answers = await Promise.all(wrong.map((guess) => api.checkCode(account, guess.padStart(6, '0'))));
    expect(new Set(answers.map(({ body }) => body.code))).toEqual(new Set(['verifications.invalid_code']));
    const left = answers.map(({ body }) => Number(body.attemptsLeft)).sort((a, b) => b - a);
    expect(left.slice(0, 6)).toEqual([4, 3, 2, 1, 0, 0]);
    const right = await api.checkCode(account, code);
    expect(refusalOf(right)).toEqual(refusal(400, 'verifications.invalid_code'));
    expect([right.body.attemptsLeft, right.body.secondsLeft]).toEqual([0, 0]);
    const [row] = await api.database.inSystem((tx) =>
      tx.query<{ attempts: number; status: string }>(
        `SELECT attempts, status FROM verifications WHERE to_number = $1`,
        [account.phone],
      ),
    );
    expect(row).toEqual({ attempts: 5, status: 'failed' });
  });

  it('sends another code only after the pause, and the old one stops working', async () => {
    const account = await api.register();
    const { cookie, phone } = account;
    const firstCode = await api.readCode(phone);
    const early = await api.call('POST', '/v1/auth/phone/resend', { cookie });
    expect(refusalOf(early)).toEqual(refusal(429, 'verifications.too_soon'));
    expect(Number(early.headers.get('retry-after'))).toBeGreaterThan(25);
    await api.checkCode(account, wrongCode(firstCode));
    await letTimePass(phone, 31);
    const second = await api.call('POST', '/v1/auth/phone/resend', { cookie });
    expect(second.body).toMatchObject({ resendAfterSeconds: 60, attemptsLeft: 4 });
    const secondCode = await api.readCode(phone);
    if (secondCode !== firstCode) expect((await api.checkCode(account, firstCode)).status).toBe(400);
    expect((await api.checkCode(account, secondCode)).status).toBe(200);
    const late = await api.call('POST', '/v1/auth/phone/resend', { cookie });
    expect(refusalOf(late)).toEqual(refusal(400, 'request.invalid'));
  });

  it('lets a mistyped number be corrected; the code of the old one is worth nothing', async () => {
    const account = await api.register();
    const oldCode = await api.readCode(account.phone);
    const phone = makePhone();
    const resent = await api.call('POST', '/v1/auth/phone/resend', {
      cookie: account.cookie,
      body: { phone },
    });
    expect(resent.body.to).toBe(`+886******${phone.slice(-3)}`);
    const newCode = await api.readCode(phone);
    if (oldCode !== newCode) expect((await api.checkCode(account, oldCode)).status).toBe(400);
    expect((await api.checkCode(account, newCode)).status).toBe(200);
  });

  it('refuses an expired code like a wrong one', async () => {
    const account = await api.register();
    const code = await api.readCode(account.phone);
    await letTimePass(account.phone, 301);
    const answer = await api.checkCode(account, code);
    expect(refusalOf(answer)).toEqual(refusal(400, 'verifications.invalid_code'));
    expect(answer.body.attemptsLeft).toBe(0);
  });

  it('texts one number at most five times in ten minutes, whoever asks', async () => {
    const phone = makePhone();
    for (let count = 0; count < 5; count++) await api.register(phone);
    const email = makeEmail();
    const body = { email, password: PASSWORD, company: 'Sixth', phone, country: 'TW' };
    const sixth = await api.call('POST', '/v1/auth/sign-up', { body });
    expect(refusalOf(sixth)).toEqual(refusal(429, 'verifications.too_many'));
    expect(Number(sixth.headers.get('retry-after'))).toBeGreaterThan(0);
    // Nothing of the refused sign-up remains: the address is free.
    await api.register(makePhone(), email);
  });

  it('writes no code into the log or the database', async () => {
    const account = await api.register();
    const code = await api.readCode(account.phone);
    await api.checkCode(account, wrongCode(code));
    const tables = await api.database.inSystem((tx) =>
      tx.query<{ name: string }>(`SELECT relname AS name FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
          AND has_table_privilege('carillon_system', oid, 'SELECT')`),
    );
    expect(tables.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['messages', 'outbox', 'verifications']),
    );
    // Ids, times and hashes hold six digits by chance, so the code is looked for as a word of its own.
    const word = `(^|[^0-9a-fA-F.:+-])${code}([^0-9a-fA-F.:+-]|$)`;
    for (const { name } of tables) {
      const found = await api.database.inSystem((tx) =>
        tx.query<{ row: string }>(`SELECT t::text AS row FROM "${name}" t WHERE t::text ~ $1`, [word]),
      );
      expect([name, found]).toEqual([name, []]);
    }
    expect(api.logLines.length).toBeGreaterThan(0);
    expect(api.logLines.filter((line) => new RegExp(`\\D${code}\\D`).test(line))).toEqual([]);
    expect(api.logLines.filter((line) => line.includes(account.phone) || line.includes(PASSWORD))).toEqual(
      [],
    );
  });

  /** Moves what happened to a number into the past; the rules use the database's clock. */
  async function letTimePass(phone: string, seconds: number): Promise<void> {
    await api.database.inSystem(async (tx) => {
      const past = `make_interval(secs => ${seconds})`;
      await tx.execute(`UPDATE verification_sends SET sent_at = sent_at - ${past} WHERE to_number = $1`, [
        phone,
      ]);
      await tx.execute(
        `UPDATE verifications SET created_at = created_at - ${past}, expires_at = expires_at - ${past}
         WHERE to_number = $1`,
        [phone],
      );
    });
  }
});
