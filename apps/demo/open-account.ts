import { randomInt, randomUUID } from 'node:crypto';
import type { HttpClient } from './http-client.js';
import type { StoryTools } from './story-tools.js';

const TRIAL_POINTS = '50';

export interface Balance {
  available: string;
  held: string;
  granted: string;
  paid: string;
}

export interface Business {
  accountId: string;
  /** The phone it proved, E.164. */
  phone: string;
}

/** A business signs up, reads the code on its phone, proves the phone and finds its trial points. */
export async function openAccount({ client, narrator, findings, phones }: StoryTools): Promise<Business> {
  const run = Date.now().toString(36);
  const phone = `+8869${randomInt(0, 9)}${String(randomInt(0, 8_000_000)).padStart(7, '0')}`;
  const email = `owner-${run}-${randomInt(1_000_000)}@dawnbooks.example`;
  const signedUpAt = Date.now();
  const { account } = await narrator.step(
    'A business signs up',
    () =>
      client.post<{ account: { id: string } }>('/v1/auth/sign-up', {
        json: {
          email,
          password: `demo ${randomUUID()}`,
          company: '晨光書店 Dawn Books',
          phone: `0${phone.slice(4)}`,
          country: 'TW',
        },
      }),
    () => email,
  );
  const code = await narrator.step(
    'A code arrives on its phone',
    async () => {
      const isCode = ({ body, receivedAt }: { body: string; receivedAt: string }) =>
        /\b\d{6}\b/.test(body) && Date.parse(receivedAt) >= signedUpAt - CLOCK_SLACK_MS;
      const { body } = await phones.waitForMessage(phone, isCode);
      return /\b\d{6}\b/.exec(body)?.[0] ?? '';
    },
    (read) => `${phone} shows ${read}`,
  );
  await narrator.step(
    'The phone is proven and the trial points are there',
    async () => {
      const proof = await client.post<{ trialGranted: boolean }>('/v1/auth/phone/check', { json: { code } });
      findings.expectEqual('trial granted', proof.trialGranted, true);
      const balance = await readBalance(client);
      findings.expectEqual('points after sign-up', balance, {
        available: TRIAL_POINTS,
        held: '0',
        granted: TRIAL_POINTS,
        paid: '0',
      });
      return balance;
    },
    ({ available }) => `${available} points`,
  );
  return { accountId: account.id, phone };
}

const CLOCK_SLACK_MS = 5_000;

export const readBalance = (client: HttpClient): Promise<Balance> => client.get<Balance>('/v1/credits');

/** An admin adds points to the account, twice with one key: the second call must change nothing. */
export async function topUp(
  tools: StoryTools,
  admin: HttpClient,
  accountId: string,
  points: number,
): Promise<void> {
  const { client, narrator, findings } = tools;
  const call = {
    json: { points: String(points), kind: 'top_up', reason: 'Demo: bank transfer received' },
    idempotencyKey: randomUUID(),
  };
  const path = `/v1/admin/accounts/${accountId}/credits`;
  await narrator.step(
    'The admin tops the account up',
    async () => {
      const before = await readBalance(client);
      const first = await admin.send('POST', path, call);
      const again = await admin.send('POST', path, call);
      findings.expectEqual('top-up replayed', again.headers.get('idempotent-replayed'), 'true');
      findings.expectEqual('answer of the replayed top-up', again.body, first.body);
      const after = await readBalance(client);
      findings.expectEqual(
        'available points after the top-up',
        Number(after.available),
        Number(before.available) + points,
      );
      return after;
    },
    ({ available, granted, paid }) => `${available} points: ${granted} granted and ${paid} paid`,
  );
}

export async function signInAdmin(
  { client, narrator }: StoryTools,
  credentials: { email: string; password: string },
  admin: HttpClient,
): Promise<void> {
  await narrator.step(
    'The admin signs in',
    () => admin.post('/v1/auth/sign-in', { json: credentials }),
    () => `${credentials.email} at ${client.baseUrl}`,
  );
}
