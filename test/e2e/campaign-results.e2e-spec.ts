import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { parse } from 'csv-parse/sync';
import { parseId, parseMessageId } from '#domain';
import { waitFor } from '#testing';
import {
  refusal,
  refusalOf,
  startApi,
  textOf,
  type ApiAnswer,
  type Json,
  type TestApi,
} from './api-harness.js';
import { CampaignDesk } from './campaign-desk.js';

const COUNT = 12;
const contacts = Array.from({ length: COUNT }, (_, at) => ({
  phone: `+8869120000${String(at).padStart(2, '0')}`,
  variables: { name: at === 0 ? '=cmd|calc' : at === 1 ? 'Amy, "the" guest' : `Guest ${at}` },
}));

describe('the results of a campaign over HTTP', () => {
  let api: TestApi;
  let desk: CampaignDesk;
  let campaignId: string;

  beforeAll(async () => {
    api = await startApi();
    desk = await CampaignDesk.open(api);
    const listIds = [await desk.createList(contacts)];
    campaignId = await desk.createDraft({ listIds, body: '{{name}}\nsale today', sender: 'LANTERN' });
    await desk.launch(campaignId);
  });
  afterAll(() => api.stop());

  const path = (rest: string) => `/v1/campaigns/${campaignId}/${rest}`;
  const read = (rest: string) => desk.call('GET', path(rest));
  const rowsOf = ({ body }: ApiAnswer): Json[] => body.data as unknown as Json[];

  async function readPages(query: string): Promise<Json[]> {
    const rows: Json[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const answer = await read(`messages?${query}${cursor ? `&cursor=${cursor}` : ''}`);
      expect(answer.status).toBe(200);
      rows.push(...rowsOf(answer));
      const next: unknown = answer.body.nextCursor;
      cursor = typeof next === 'string' ? next : null;
    }
    return rows;
  }

  it('list every message once, in the order of sending, page by page', async () => {
    const rows = await readPages('limit=5');
    expect(rows.map(({ to }) => textOf(to))).toEqual(contacts.map(({ phone }) => phone));
    expect(rows[2]).toEqual({
      id: expect.stringMatching(/^msg_[0-9a-z]{13}$/) as string,
      campaignId,
      to: contacts[2]?.phone,
      sender: 'LANTERN',
      body: 'Guest 2\nsale today',
      parts: 1,
      points: '1',
      settlement: 'open',
      status: 'queued',
      error: null,
      createdAt: expect.any(String) as string,
      submittedAt: null,
      acceptedAt: null,
      finalAt: null,
    });
  });

  it('list the messages of one status', async () => {
    const [some] = rowsOf(await read('messages?limit=1'));
    const id = parseMessageId(textOf(some?.id));
    await api.database.inSystem(async (tx) => {
      await tx.query(
        `UPDATE messages SET state = 'refused', settlement = 'released', error = 'smpp.ESME_RINVDSTADR' WHERE id = $1`,
        [id],
      );
      await tx.query(
        'UPDATE batches SET queued_count = queued_count - 1, refused_count = 1 WHERE campaign_id = $1',
        [parseId('cmp', campaignId)],
      );
    });
    expect(await readPages('status=refused&limit=5')).toMatchObject([
      { to: contacts[0]?.phone, status: 'refused', settlement: 'released', error: 'smpp.ESME_RINVDSTADR' },
    ]);
    expect(await readPages('status=queued&limit=5')).toHaveLength(COUNT - 1);
    expect(await readPages('status=delivered')).toEqual([]);
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=1e309', 'limit'],
    ['status=lost', 'status'],
    ['cursor=x', 'cursor'],
    [`cursor=${Buffer.from('{"after":"1 OR 1=1"}').toString('base64url')}`, 'cursor'],
    [`cursor=${Buffer.from('{"after":"9999999999999999999"}').toString('base64url')}`, 'cursor'],
    [`cursor=${'x'.repeat(501)}`, 'cursor'],
    ['page=2', 'page'],
  ])('refuse %.60s, naming the field', async (query, field) => {
    const answer = await read(`messages?${query}`);
    expect(refusalOf(answer)).toEqual(refusal(400, 'request.invalid'));
    expect(answer.body.errors).toMatchObject([{ field }]);
  });

  it('show one message with its timeline, to its own account alone', async () => {
    const [some] = rowsOf(await read('messages?limit=1'));
    const id = textOf(some?.id);
    const shown = await desk.call('GET', `/v1/messages/${id}`);
    expect(shown.body).toMatchObject({ id, to: contacts[0]?.phone, timeline: [{ event: 'created' }] });
    const stranger = await CampaignDesk.open(api, 1n);
    for (const wrong of [id, id.toUpperCase(), 'msg_zzzzzzzzzzzzz', 'msg_1', "msg_' OR 1=1"])
      if (wrong !== id)
        expect(refusalOf(await desk.call('GET', `/v1/messages/${wrong}`))).toEqual(
          refusal(404, 'resource.not_found'),
        );
    expect(refusalOf(await stranger.call('GET', `/v1/messages/${id}`))).toEqual(
      refusal(404, 'resource.not_found'),
    );
    const key = await api.createApiKey(desk.account, ['campaigns:read']);
    expect(refusalOf(await api.call('GET', `/v1/messages/${id}`, { apiKey: key }))).toEqual(
      refusal(403, 'auth.scope_missing'),
    );
  });

  it('list replies newest first, to their own account alone', async () => {
    await api.database.inSystem((tx) =>
      tx.query(
        `INSERT INTO inbound_messages (id, account_id, gateway_id, sender, recipient, body)
         SELECT ('018f0000-0000-7000-8000-00000000000' || n)::uuid, $1, 1, '+886912000001', 'LANTERN', 'reply ' || n
           FROM generate_series(1, 3) AS n`,
        [parseId('acc', desk.account.id)],
      ),
    );
    const first = await desk.call('GET', '/v1/inbound-messages?limit=2');
    expect(rowsOf(first)).toMatchObject([
      { id: expect.stringMatching(/^inb_/) as string, from: '+886912000001', to: 'LANTERN', body: 'reply 3' },
      { body: 'reply 2' },
    ]);
    const second = await desk.call(
      'GET',
      `/v1/inbound-messages?limit=2&cursor=${textOf(first.body.nextCursor)}`,
    );
    expect(rowsOf(second)).toMatchObject([{ body: 'reply 1' }]);
    const stranger = await CampaignDesk.open(api, 1n);
    expect(rowsOf(await stranger.call('GET', '/v1/inbound-messages'))).toEqual([]);
  });

  it('are a CSV that a spreadsheet reads as it is and that runs nothing', async () => {
    const response = await fetch(api.url + path('report.csv'), { headers: { Cookie: desk.account.cookie } });
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${campaignId}.csv"`);
    expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    const text = bytes.toString('utf8').slice(1);
    const records: Record<string, string>[] = parse(text, { columns: true, record_delimiter: '\r\n' });
    expect(records.map(({ recipient }) => recipient)).toEqual(contacts.map(({ phone }) => phone.slice(1)));
    expect(records[1]).toMatchObject({
      state: 'queued',
      parts: '1',
      points: '0',
      text: 'Amy, "the" guest\nsale today',
    });
    // Spreadsheets end a record at any bare line break.
    expect(text).toContain('"Guest 2\nsale today"\r\n');
    const cells = records.flatMap((record) => Object.values(record));
    expect(cells.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
    expect(records[0]?.text).toBe("'=cmd|calc\nsale today");
  });

  describe('follow it by server-sent events', () => {
    interface Event {
      event: string;
      data: Json;
    }

    /** Reads events until `isLast` says so or the stream ends. */
    async function* follow(id: string): AsyncGenerator<Event> {
      const response = await fetch(`${api.url}/v1/campaigns/${id}/events`, {
        headers: { Cookie: desk.account.cookie },
      });
      expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
      let text = '';
      for await (const chunk of response.body ?? []) {
        text += Buffer.from(chunk as Uint8Array).toString();
        for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
          const [, event = '', data = '{}'] = /^event: (\w+)\ndata: (.*)$/.exec(text.slice(0, end)) ?? [];
          text = text.slice(end + 2);
          if (event) yield { event, data: JSON.parse(data) as Json };
        }
      }
    }

    it('from what it is now, over each change, to its end', async () => {
      const id = await desk.createDraft({ listIds: [await desk.createList(contacts)] });
      await desk.launch(id);
      const seen: string[] = [];
      for await (const { event, data } of follow(id)) {
        seen.push(`${event} ${textOf(data.status)}`);
        if (seen.length === 1) {
          await desk.act(id, 'cancel');
          await desk.finish();
        }
      }
      expect([seen[0], seen.at(-1)]).toEqual(['progress sending', 'end cancelled']);
    });

    it('and may go away at any time: nobody goes on reading for them', async () => {
      const { server } = api.app.getHttpAdapter().getInstance();
      const countConnections = () =>
        new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
      const request = get(`${api.url}/v1/campaigns/${campaignId}/events`, {
        headers: { Cookie: desk.account.cookie },
        agent: false,
      });
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      await once(response, 'data');
      const before = Number(await countConnections());
      request.destroy();
      await waitFor('the stream ends', async () => Number(await countConnections()) < before, 5_000);
    });

    it('until the api stops, which does not wait for them', async () => {
      const other = await startApi();
      const owner = await CampaignDesk.open(other, 1n);
      const id = await owner.createDraft({ listIds: [await owner.createList(contacts)] });
      const response = await fetch(`${other.url}/v1/campaigns/${id}/events`, {
        headers: { Cookie: owner.account.cookie },
      });
      const startedAt = performance.now();
      await Promise.all([other.stop(), response.text()]);
      expect(performance.now() - startedAt).toBeLessThan(5_000);
    });
  });
});
