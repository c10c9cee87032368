import { newUuid } from '#domain';
import { refusal, refusalOf, startApi, textOf, type ApiAnswer, type TestApi } from './api-harness.js';
import { CampaignDesk } from './campaign-desk.js';

const AMY = { phone: '+886912000001', variables: { name: 'Amy' } };
const BEN = { phone: '+886912000002', variables: { name: '王小明' } };
const EVE = { phone: '+819012345678', country: 'JP' };
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
const fieldsOf = ({ body }: ApiAnswer): unknown[] =>
  ((body.errors ?? []) as unknown as { field: unknown }[]).map(({ field }) => field);

describe('campaigns over HTTP', () => {
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

  const create = (draft: Record<string, unknown>) =>
    desk.call('POST', '/v1/campaigns', { name: 'Autumn sale', body: 'Hello', listIds: [listId], ...draft });

  describe('a draft', () => {
    it('is made with what was left out filled in', async () => {
      const answer = await create({});
      expect(answer.status).toBe(201);
      expect(answer.body).toEqual({
        id: expect.stringMatching(/^cmp_[0-9a-z]{26}$/) as string,
        name: 'Autumn sale',
        status: 'draft',
        pauseReason: null,
        listIds: [listId],
        body: 'Hello',
        sender: null,
        channel: 'sms',
        scheduleAt: null,
        ratePerSecond: null,
        onUnknown: 'leave',
        validitySeconds: 86_400,
        createdAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
        launchedAt: null,
        startedAt: null,
        finishedAt: null,
      });
    });

    it('is shown with counters, changed field by field, and deleted', async () => {
      const path = `/v1/campaigns/${await desk.createDraft({ listIds: [listId] })}`;
      expect((await desk.call('GET', path)).body).toMatchObject({
        messages: 0,
        parts: 0,
        counters: { queued: 0, delivered: 0, unconfirmed: 0 },
        points: { held: '0', captured: '0', released: '0' },
      });
      const changed = await desk.call('PATCH', path, {
        body: 'Hi {{name}}',
        ratePerSecond: 50,
        sender: 'SHOP',
      });
      expect(changed.status).toBe(200);
      expect(changed.body).toMatchObject({
        name: 'Autumn sale',
        body: 'Hi {{name}}',
        ratePerSecond: 50,
        sender: 'SHOP',
      });
      const cleared = await desk.call('PATCH', path, { ratePerSecond: null, sender: null });
      expect(cleared.body).toMatchObject({ body: 'Hi {{name}}', ratePerSecond: null, sender: null });
      expect((await desk.call('DELETE', path)).status).toBe(204);
      expect(refusalOf(await desk.call('GET', path))).toEqual(refusal(404, 'campaigns.not_found'));
    });

    it('may name a time by its zone', async () => {
      const day = inHours(48).slice(0, 10);
      const answer = await create({ scheduleAt: `${day}T09:00`, timeZone: 'Asia/Taipei' });
      expect(answer.body.scheduleAt).toBe(`${day}T01:00:00.000Z`);
    });

    it('is listed newest first, page by page', async () => {
      const owner = await CampaignDesk.open(api, 1n);
      const list = await owner.createList([AMY]);
      const ids: string[] = [];
      for (const name of ['one', 'two', 'three'])
        ids.unshift(await owner.createDraft({ name, listIds: [list] }));
      const first = await owner.call('GET', '/v1/campaigns?limit=2');
      const second = await owner.call('GET', `/v1/campaigns?limit=2&cursor=${textOf(first.body.nextCursor)}`);
      const idsOf = ({ body }: ApiAnswer) => (body.data as unknown as { id: string }[]).map(({ id }) => id);
      expect([...idsOf(first), ...idsOf(second)]).toEqual(ids);
      expect(second.body.nextCursor).toBeNull();
    });

    it.each<[string, Record<string, unknown>, string, string]>([
      ['no list', { listIds: [] }, 'request.invalid', 'listIds'],
      [
        'too many lists',
        { listIds: Array.from({ length: 21 }, () => 'lst_x') },
        'request.invalid',
        'listIds',
      ],
      ['a blank text', { body: '  ' }, 'campaigns.body_invalid', 'body'],
      ['no text', { body: '' }, 'request.invalid', 'body'],
      ['NUL', { body: 'a\0b' }, 'campaigns.body_invalid', 'body'],
      ['half an emoji', { body: 'sale \ud83d' }, 'campaigns.body_invalid', 'body'],
      ['100,000 characters', { body: 'x'.repeat(100_000) }, 'request.invalid', 'body'],
      ['more parts than a message has', { body: '字'.repeat(700) }, 'campaigns.body_invalid', 'body'],
      ['an open variable', { body: '{{name' }, 'campaigns.template_invalid', 'body'],
      ['a nested variable', { body: '{{a{{b}}}}' }, 'campaigns.template_invalid', 'body'],
      ['a variable without a name', { body: '{{ }}' }, 'campaigns.template_invalid', 'body'],
      ['a sender nobody can have', { sender: '店' }, 'campaigns.sender_invalid', 'sender'],
      [
        'a time that has passed',
        { scheduleAt: '2001-01-01T00:00:00Z' },
        'campaigns.schedule_invalid',
        'scheduleAt',
      ],
      ['the year 9999', { scheduleAt: '9999-01-01T00:00:00Z' }, 'campaigns.schedule_invalid', 'scheduleAt'],
      [
        'a day that does not exist',
        { scheduleAt: '2027-02-30T00:00:00Z' },
        'campaigns.schedule_invalid',
        'scheduleAt',
      ],
      [
        'a time without a zone',
        { scheduleAt: '2027-03-01T09:00' },
        'campaigns.schedule_invalid',
        'scheduleAt',
      ],
      ['a repeating rule', { scheduleAt: 'RRULE:FREQ=SECONDLY' }, 'campaigns.schedule_invalid', 'scheduleAt'],
      [
        'a zone on Mars',
        { scheduleAt: '2027-03-01T09:00', timeZone: 'Mars/Olympus' },
        'campaigns.schedule_invalid',
        'timeZone',
      ],
      [
        'an hour that the clocks skip',
        { scheduleAt: '2027-03-14T02:30', timeZone: 'America/New_York' },
        'campaigns.schedule_invalid',
        'scheduleAt',
      ],
      ['mms', { channel: 'mms' }, 'campaigns.channel_unavailable', 'channel'],
      ['a fax', { channel: 'fax' }, 'request.invalid', 'channel'],
      ['a name of blanks', { name: '   ' }, 'request.invalid', 'name'],
      ['a rate of zero', { ratePerSecond: 0 }, 'request.invalid', 'ratePerSecond'],
      ['a rate as text', { ratePerSecond: '5' }, 'request.invalid', 'ratePerSecond'],
      ['half a message per second', { ratePerSecond: 0.5 }, 'request.invalid', 'ratePerSecond'],
      ['a validity of a second', { validitySeconds: 1 }, 'request.invalid', 'validitySeconds'],
      ['a validity beyond a week', { validitySeconds: 604_801 }, 'request.invalid', 'validitySeconds'],
      ['a field nobody knows', { bodyy: 'x' }, 'request.invalid', 'bodyy'],
      ['an object for a text', { body: { $ne: null } }, 'request.invalid', 'body'],
    ])('with %s is refused, naming the field', async (_, draft, code, field) => {
      const answer = await create(draft);
      expect(refusalOf(answer)).toEqual(refusal(400, code));
      expect(fieldsOf(answer)).toContain(field);
    });

    it.each(['lst_x', 'LST_00000000000000000000000000', newUuid(), "lst_' OR 1=1 --"])(
      'over the list %s is refused, naming its place',
      async (id) => {
        const answer = await create({ listIds: [listId, id] });
        expect(refusalOf(answer)).toEqual(refusal(404, 'contacts.list_not_found'));
        expect(fieldsOf(answer)).toEqual(['listIds[1]']);
      },
    );

    it('over a list of another account is refused, also by a change', async () => {
      const foreign = await stranger.createList([AMY]);
      const answer = await create({ listIds: [foreign] });
      expect([refusalOf(answer), fieldsOf(answer)]).toEqual([
        refusal(404, 'contacts.list_not_found'),
        ['listIds[0]'],
      ]);
      const id = await desk.createDraft({ listIds: [listId] });
      const change = await desk.call('PATCH', `/v1/campaigns/${id}`, { listIds: [foreign] });
      expect(refusalOf(change)).toEqual(refusal(404, 'contacts.list_not_found'));
    });

    it.each([
      ['__proto__', '{"name":"x","body":"y","listIds":[],"__proto__":{"status":"done"}}'],
      ['a rate beyond all numbers', '{"name":"x","body":"y","listIds":["lst_x"],"ratePerSecond":1e309}'],
      [
        'a rate beyond exact numbers',
        '{"name":"x","body":"y","listIds":["lst_x"],"ratePerSecond":9007199254740993}',
      ],
      ['NUL in its name', '{"name":"a\\u0000b","body":"y","listIds":["LIST"]}'],
      ['half a document', '{"name":'],
      ['an array', '[]'],
      ['null', 'null'],
    ])('with %s as its body is refused', async (_, rawBody) => {
      const answer = await desk.call('POST', '/v1/campaigns', undefined, {
        rawBody: rawBody.replace('LIST', listId),
      });
      expect(refusalOf(answer)).toEqual(refusal(400, 'request.invalid'));
    });
  });

  describe('a preview', () => {
    it('says whom a draft reaches, what it costs and what is missing', async () => {
      const id = await desk.createDraft({ listIds: [listId], body: 'Hi {{name}}', ratePerSecond: 2 });
      const before = await desk.balance();
      const { status, body } = await desk.call('POST', `/v1/campaigns/${id}/preview`);
      expect(status).toBe(200);
      expect(body).toMatchObject({
        recipients: 3,
        dropped: { duplicates: 0, suppressed: 0, unsendable: 0 },
        encodings: { gsm7: 2, ucs2: 1 },
        partsPerRecipient: { 1: 3 },
        parts: 3,
        destinations: [
          { country: 'TW', recipients: 2, parts: 2, points: '2' },
          { country: 'JP', recipients: 1, parts: 1, points: '3' },
        ],
        points: '5',
        balance: { available: before.available, isSufficient: true },
        finish: { ratePerSecond: 2, seconds: 2 },
        firstUcs2Character: { character: '王', replacement: null },
        missingVariables: { recipients: 1, names: ['name'], examples: [EVE.phone] },
      });
      expect(body.samples).toHaveLength(3);
      expect(await desk.balance()).toEqual(before);
    });

    it('follows the lists and the suppressions', async () => {
      const [one, two] = [await desk.createList([AMY, BEN]), await desk.createList([BEN, EVE])];
      const id = await desk.createDraft({ listIds: [one, two] });
      const preview = async () => (await desk.call('POST', `/v1/campaigns/${id}/preview`)).body;
      expect(await preview()).toMatchObject({ recipients: 3, dropped: { duplicates: 1, suppressed: 0 } });
      expect((await desk.call('POST', '/v1/suppressions', { phone: AMY.phone })).status).toBeLessThan(300);
      expect(await preview()).toMatchObject({ recipients: 2, dropped: { duplicates: 1, suppressed: 1 } });
      expect((await desk.call('DELETE', `/v1/suppressions/${encodeURIComponent(AMY.phone)}`)).status).toBe(
        204,
      );
    });
  });

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
