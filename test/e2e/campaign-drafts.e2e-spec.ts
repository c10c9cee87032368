import { newUuid } from '#domain';
import { refusal, refusalOf, startApi, textOf, type ApiAnswer, type TestApi } from './api-harness.js';
import { CampaignDesk } from './campaign-desk.js';

const AMY = { phone: '+886912000001', variables: { name: 'Amy' } };
const BEN = { phone: '+886912000002', variables: { name: '王小明' } };
const EVE = { phone: '+819012345678', country: 'JP' };
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
const fieldsOf = ({ body }: ApiAnswer): unknown[] =>
  ((body.errors ?? []) as unknown as { field: unknown }[]).map(({ field }) => field);

describe('drafts of campaigns over HTTP', () => {
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
});
