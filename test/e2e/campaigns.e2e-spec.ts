import { newUuid, parseId } from '#domain';
import { refusal, refusalOf, startApi, textOf, type ApiAnswer, type TestApi } from './api-harness.js';
import { CampaignDesk } from './campaign-desk.js';

const AMY = { phone: '+886912000001', variables: { name: 'Amy' } };
const BEN = { phone: '+886912000002', variables: { name: '王小明' } };
const EVE = { phone: '+819012345678', country: 'JP' };
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
const fieldsOf = ({ body }: ApiAnswer): unknown[] =>
  ((body.errors ?? []) as unknown as { field: unknown }[]).map(({ field }) => field);

describe('launched campaigns over HTTP', () => {
  let api: TestApi;
  let desk: CampaignDesk;
  let stranger: CampaignDesk;
  let listId: string;

  beforeAll(async () => {
    api = await startApi();
    desk = await CampaignDesk.open(api);
    stranger = await CampaignDesk.open(api);
    listId = await desk.createList([AMY, BEN, EVE]);
  });
  afterAll(() => api.stop());

  describe('a launch', () => {
    it('needs an Idempotency-Key that can be one', async () => {
      const id = await desk.createDraft({ listIds: [listId] });
      const launch = (headers: Record<string, string>) =>
        desk.call('POST', `/v1/campaigns/${id}/launch`, undefined, { headers });
      expect(refusalOf(await launch({}))).toEqual(refusal(400, 'idempotency.key_missing'));
      for (const key of ['x'.repeat(256), 'x'.repeat(8_192), 'clé', 'one two', 'one, two'])
        expect(refusalOf(await launch({ 'Idempotency-Key': key }))).toEqual(
          refusal(400, 'idempotency.key_invalid'),
        );
      expect((await desk.call('GET', `/v1/campaigns/${id}`)).body.status).toBe('draft');
    });

    it('holds the points once and answers a repetition with the first answer', async () => {
      const id = await desk.createDraft({ listIds: [listId] });
      const before = await desk.balance();
      const first = await desk.act(id, 'launch', undefined, 'launch-a');
      expect([first.status, first.body]).toEqual([
        200,
        { id, status: 'sending', recipients: 3, points: '5' },
      ]);
      expect(first.headers.get('idempotent-replayed')).toBeNull();
      const again = await desk.act(id, 'launch', undefined, 'launch-a');
      expect([again.status, again.body]).toEqual([200, first.body]);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      const { available, held } = await desk.balance();
      expect([Number(before.available) - Number(available), Number(held) - Number(before.held)]).toEqual([
        5, 5,
      ]);
    });

    it('is refused when the time of the draft has passed meanwhile', async () => {
      const id = await desk.createDraft({ listIds: [listId], scheduleAt: inHours(1) });
      await api.database.inSystem((tx) =>
        tx.query(`UPDATE campaigns SET schedule_at = now() - interval '1 minute' WHERE id = $1`, [
          parseId('cmp', id),
        ]),
      );
      const launch = await desk.act(id, 'launch');
      expect(refusalOf(launch)).toEqual(refusal(400, 'campaigns.schedule_invalid'));
      expect(fieldsOf(launch)).toEqual(['scheduleAt']);
      expect((await desk.call('GET', `/v1/campaigns/${id}`)).body.status).toBe('draft');
    });

    it('refuses the key of another launch', async () => {
      const [one, two] = [
        await desk.createDraft({ listIds: [listId] }),
        await desk.createDraft({ listIds: [listId] }),
      ];
      await desk.act(one, 'launch', undefined, 'launch-b');
      expect(refusalOf(await desk.act(two, 'launch', undefined, 'launch-b'))).toEqual(
        refusal(409, 'idempotency.conflict'),
      );
    });

    it('refuses an empty list, and a balance that does not cover it', async () => {
      const nobody = await desk.createDraft({ listIds: [await desk.createList([])] });
      expect(refusalOf(await desk.act(nobody, 'launch'))).toEqual(refusal(400, 'campaigns.no_recipients'));
      const poor = await CampaignDesk.open(api, 1n);
      const many = Array.from({ length: 60 }, (_, at) => ({
        phone: `+8869130000${String(at).padStart(2, '0')}`,
      }));
      const dear = await poor.createDraft({ listIds: [await poor.createList(many)] });
      expect(refusalOf(await poor.act(dear, 'launch'))).toEqual(refusal(402, 'credits.insufficient'));
      expect(await poor.balance()).toEqual({ available: '51', held: '0' });
      expect((await poor.call('GET', `/v1/campaigns/${dear}`)).body.status).toBe('draft');
    });
  });

  describe('a scheduled campaign', () => {
    const schedule = async (): Promise<string> => {
      const id = await desk.createDraft({ listIds: [listId], scheduleAt: inHours(5) });
      expect((await desk.act(id, 'launch')).body).toMatchObject({ status: 'scheduled', points: '5' });
      return id;
    };

    it('is moved to another time, of a zone or an instant', async () => {
      const id = await schedule();
      const [instant, day] = [inHours(30), inHours(72).slice(0, 10)];
      const moved = await desk.call('POST', `/v1/campaigns/${id}/reschedule`, { scheduleAt: instant });
      expect([moved.status, moved.body.scheduleAt]).toEqual([200, instant]);
      const body = { scheduleAt: `${day}T09:00`, timeZone: 'Asia/Taipei' };
      const again = await desk.call('POST', `/v1/campaigns/${id}/reschedule`, body);
      expect(again.body).toMatchObject({ status: 'scheduled', scheduleAt: `${day}T01:00:00.000Z` });
    });

    it.each([{}, { scheduleAt: null }, { scheduleAt: 5 }, { scheduleAt: '2001-01-01T00:00:00Z' }])(
      'is not moved to %j',
      async (body) => {
        const id = await schedule();
        const answer = await desk.call('POST', `/v1/campaigns/${id}/reschedule`, body);
        expect([answer.status, fieldsOf(answer)]).toEqual([400, ['scheduleAt']]);
      },
    );

    it('waits again after a pause, and gives its points back when it is cancelled', async () => {
      const before = await desk.balance();
      const id = await schedule();
      expect((await desk.call('POST', `/v1/campaigns/${id}/pause`)).body.status).toBe('paused');
      expect((await desk.call('POST', `/v1/campaigns/${id}/resume`)).body.status).toBe('scheduled');
      expect((await desk.call('POST', `/v1/campaigns/${id}/cancel`)).body.status).toBe('cancelled');
      await desk.finish();
      expect(await desk.balance()).toEqual(before);
      expect((await desk.call('GET', `/v1/campaigns/${id}`)).body).toMatchObject({
        finishedAt: expect.any(String) as string,
        points: { held: '0', captured: '0', released: '5' },
      });
    });
  });

  describe('what a campaign is decides what may be done with it', () => {
    const toState: Record<string, (id: string) => Promise<unknown>> = {
      draft: async () => undefined,
      sending: (id) => desk.launch(id),
      paused: async (id) => {
        await desk.launch(id);
        await desk.call('POST', `/v1/campaigns/${id}/pause`);
      },
      cancelled: async (id) => {
        await desk.launch(id);
        await desk.call('POST', `/v1/campaigns/${id}/cancel`);
      },
    };

    it.each([
      ['draft', ['pause', 'resume', 'cancel', 'reschedule']],
      ['sending', ['launch', 'resume', 'reschedule', 'edit', 'delete', 'preview']],
      ['paused', ['launch', 'pause', 'reschedule', 'edit', 'delete', 'preview']],
      ['cancelled', ['launch', 'pause', 'resume', 'cancel', 'reschedule', 'edit', 'delete', 'preview']],
    ])('while it is %s, not %j', async (state, actions) => {
      const id = await desk.createDraft({ listIds: [listId] });
      await toState[state]?.(id);
      const path = `/v1/campaigns/${id}`;
      for (const action of actions) {
        const body = action === 'reschedule' ? { scheduleAt: inHours(3) } : undefined;
        const answer =
          action === 'edit'
            ? await desk.call('PATCH', path, { name: 'x' })
            : action === 'delete'
              ? await desk.call('DELETE', path)
              : await desk.act(id, action, body);
        expect([action, refusalOf(answer)]).toEqual([action, refusal(409, 'campaigns.state_conflict')]);
        expect(answer.body.detail).toContain(`is ${state}`);
      }
      expect((await desk.call('GET', path)).body.status).toBe(state);
    });
  });

  describe('a test message', () => {
    it('is filled with the first recipient, charged like any other, and sent once per key', async () => {
      const before = await desk.balance();
      const id = await desk.createDraft({ listIds: [await desk.createList([AMY])], body: 'Hi {{name}}' });
      const first = await desk.act(id, 'test', { to: '0912-345-678' }, 'test-a');
      expect([first.status, first.body]).toEqual([
        202,
        { messageId: expect.stringMatching(/^msg_/) as string, text: 'Hi Amy', parts: 1, points: '1' },
      ]);
      const again = await desk.act(id, 'test', { to: '0912-345-678' }, 'test-a');
      expect([again.body, again.headers.get('idempotent-replayed')]).toEqual([first.body, 'true']);
      expect(refusalOf(await desk.act(id, 'test', { to: '0912-345-679' }, 'test-a'))).toEqual(
        refusal(409, 'idempotency.conflict'),
      );
      expect(Number(before.available) - Number((await desk.balance()).available)).toBe(1);
      const message = await desk.call('GET', `/v1/messages/${textOf(first.body.messageId)}`);
      expect(message.body).toMatchObject({
        to: '+886912345678',
        body: 'Hi Amy',
        status: 'queued',
        settlement: 'open',
        campaignId: null,
        timeline: [{ event: 'created', part: null, detail: null }],
      });
    });

    it.each(['02-2345-6789', 'Bank', '=cmd()', '123', '+881612345678', '٠٩١٢', '0'.repeat(40), '\0'])(
      'to %j is refused, naming the field',
      async (to) => {
        const id = await desk.createDraft({ listIds: [listId] });
        const answer = await desk.act(id, 'test', { to });
        expect([refusalOf(answer), fieldsOf(answer)]).toEqual([
          refusal(400, 'messages.destination_invalid'),
          ['to'],
        ]);
      },
    );

    it('goes to nobody who asked to be left alone, and costs nothing then', async () => {
      const id = await desk.createDraft({ listIds: [listId] });
      const phone = '+886912999888';
      await desk.call('POST', '/v1/suppressions', { phone });
      const before = await desk.balance();
      const answer = await desk.act(id, 'test', { to: phone });
      expect(refusalOf(answer)).toEqual(refusal(400, 'messages.destination_invalid'));
      expect(fieldsOf(answer)).toEqual(['to']);
      expect(await desk.balance()).toEqual(before);
    });

    it('needs a key, a number and nothing else', async () => {
      const id = await desk.createDraft({ listIds: [listId] });
      const noKey = await desk.call('POST', `/v1/campaigns/${id}/test`, { to: AMY.phone });
      expect(refusalOf(noKey)).toEqual(refusal(400, 'idempotency.key_missing'));
      const answer = await desk.act(id, 'test', { to: AMY.phone, text: 'mine' });
      expect([refusalOf(answer), fieldsOf(answer)]).toEqual([refusal(400, 'request.invalid'), ['text']]);
    });
  });

  describe('keys and other accounts', () => {
    const routes: [string, string, unknown][] = [
      ['GET', '', undefined],
      ['PATCH', '', { name: 'x' }],
      ['DELETE', '', undefined],
      ['POST', '/preview', undefined],
      ['POST', '/test', { to: '0912345678' }],
      ['POST', '/launch', undefined],
      ['POST', '/pause', undefined],
      ['POST', '/resume', undefined],
      ['POST', '/cancel', undefined],
      ['POST', '/reschedule', { scheduleAt: inHours(9) }],
      ['GET', '/messages', undefined],
      ['GET', '/report.csv', undefined],
      ['GET', '/events', undefined],
    ];
    const headers = () => ({ 'Idempotency-Key': newUuid() });

    it.each(routes)(
      '%s /v1/campaigns/:id%s finds no campaign of another account, nor one that is none',
      async (...route) => {
        const [method, path, body] = route;
        const foreign = await stranger.createDraft({ listIds: [await stranger.createList([AMY])] });
        const wrong = [
          foreign,
          foreign.toUpperCase(),
          newUuid(),
          foreign.replace('cmp', 'lst'),
          "cmp_'--",
          '%00',
        ];
        for (const id of wrong) {
          const answer = await desk.call(method, `/v1/campaigns/${id}${path}`, body, { headers: headers() });
          expect([id, refusalOf(answer)]).toEqual([id, refusal(404, 'campaigns.not_found')]);
        }
        expect((await stranger.call('GET', `/v1/campaigns/${foreign}`)).body.status).toBe('draft');
      },
    );

    it.each(routes)('%s /v1/campaigns/:id%s needs a session or a key with its scope', async (...route) => {
      const [method, path, body] = route;
      const id = await desk.createDraft({ listIds: [listId] });
      const call = (options: object) =>
        api.call(method, `/v1/campaigns/${id}${path}`, { body, headers: headers(), ...options });
      expect(refusalOf(await call({}))).toEqual(refusal(401, 'auth.required'));
      const isRead = method === 'GET' || path === '/preview';
      const other = await api.createApiKey(desk.account, isRead ? ['campaigns:write'] : ['campaigns:read']);
      expect(refusalOf(await call({ apiKey: other }))).toEqual(refusal(403, 'auth.scope_missing'));
    });
  });
});
