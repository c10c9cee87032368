import { decodeGsm7Unpacked, decodeUcs2, parseUdh } from '#domain';
import { waitFor } from '#testing';
import { TestCarrier, type TestClient } from '../simulator.fixture-spec.js';

describe('a phone', () => {
  let carrier: TestCarrier;
  let client: TestClient;
  const number = '886912345678';

  beforeAll(async () => {
    carrier = await TestCarrier.start();
    client = await carrier.connect();
  });
  afterAll(() => carrier.simulator.stop());
  beforeEach(async () => {
    await carrier.reset();
    client.texts.length = 0;
  });

  it('shows what it received, newest first, however its number is written', async () => {
    await client.submitText(number, 'First: {5 €} [off]');
    await client.submitText(`+${number}`, '第二則');
    const messages = await carrier.messagesOf(`+${number}`);
    expect(messages).toMatchObject([
      { from: 'SHOP', body: '第二則', parts: 1, mediaUrls: [] },
      { from: 'SHOP', body: 'First: {5 €} [off]', parts: 1, mediaUrls: [] },
    ]);
    expect(Math.abs(Date.parse(messages[0]?.receivedAt ?? '') - Date.now())).toBeLessThan(60_000);
    expect(await carrier.messagesOf(number)).toEqual(messages);
  });

  it.each([
    ['GSM', 'The quick brown fox {jumps} over the lazy dog. '.repeat(9), 3],
    ['UCS-2', '您的包裹已於今日下午送達🎉。'.repeat(12), 3],
  ])('joins the parts of a long %s text, whatever order they come in', async (_name, text, parts) => {
    await client.submitText(number, text, { arrange: (payloads) => payloads.reverse() });
    const messages = await carrier.messagesOf(number);
    expect(messages).toHaveLength(1);
    expect(messages[0]?.body).toBe(text);
    expect(messages[0]?.parts).toBeGreaterThanOrEqual(parts);
  });

  it('keeps two long texts apart that come at the same time', async () => {
    const texts = ['a', 'b'].map((letter) => letter.repeat(400));
    await Promise.all(texts.map((text, index) => client.submitText(number, text, { reference: index })));
    const bodies = (await carrier.messagesOf(number)).map((message) => message.body);
    expect(bodies.sort()).toEqual(texts);
  });

  it('shows nothing of a text whose last part is missing', async () => {
    await client.submitText(number, 'x'.repeat(400), { arrange: (payloads) => payloads.slice(0, 2) });
    expect(await carrier.messagesOf(number)).toEqual([]);
    expect(await carrier.stat('accepted')).toBe(2);
  });

  it('joins parts whose place stands in SAR parameters', async () => {
    for (const [index, piece] of ['one, ', 'two, ', 'three'].entries()) {
      await client.submit({
        destinationAddr: number,
        shortMessage: Buffer.from(piece),
        tlvs: { sarMsgRefNum: 300, sarTotalSegments: 3, sarSegmentSeqnum: index + 1 },
      });
    }
    expect(await carrier.messagesOf(number)).toMatchObject([{ body: 'one, two, three', parts: 3 }]);
  });

  it('reads a text from message_payload, in submit_sm and in data_sm', async () => {
    const messagePayload = Buffer.from('long '.repeat(100));
    await client.submit({ destinationAddr: number, shortMessage: Buffer.alloc(0), tlvs: { messagePayload } });
    await client.session.submit({
      command: 'data_sm',
      sourceAddr: 'SHOP',
      destinationAddr: number,
      tlvs: { messagePayload: Buffer.from('short') },
    });
    const bodies = (await carrier.messagesOf(number)).map((message) => message.body);
    expect(bodies).toEqual(['short', 'long '.repeat(100)]);
  });

  it('has received nothing when nobody knows it, and is refused when it is no number', async () => {
    expect(await carrier.messagesOf('886900000000')).toEqual([]);
    const response = await carrier.fetch('/api/phones/nobody/messages');
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ code: 'request.invalid', errors: [{ field: 'number' }] });
  });

  it('is found when it got one text twice, but not for two texts', async () => {
    await client.submitText('886900000001', 'Sale today');
    await client.submitText('886900000002', 'Sale today');
    await client.submitText('886900000002', 'Sale tomorrow');
    await client.submitText('886900000003', 'Sale today');
    await client.submitText('886900000003', 'Sale today');
    const phonesOf = async (query: string) =>
      (await carrier.get<{ data: { phone: string }[] }>(`/phones?${query}`)).data.map(({ phone }) => phone);
    expect(await phonesOf('minIdentical=2')).toEqual(['+886900000003']);
    expect(await phonesOf('minMessages=2')).toEqual(['+886900000003', '+886900000002']);
    expect(await phonesOf('')).toEqual(['+886900000003', '+886900000002', '+886900000001']);
    expect(await carrier.stat('duplicateParts')).toBe(1);
  });

  it('is forgotten with all counters on request', async () => {
    await client.submitText(number, 'Hello');
    expect((await carrier.send('DELETE', '/phones')).status).toBe(204);
    expect(await carrier.messagesOf(number)).toEqual([]);
    expect(await carrier.get('/stats')).toMatchObject({ submitted: 0, accepted: 0, phones: 0, sessions: 1 });
    expect(await carrier.get('/accepted')).toEqual({ data: [], nextCursor: 0, missed: 0 });
  });

  it('has each of its parts in the log of what was accepted', async () => {
    const outcomes = await client.submitText(number, 'y'.repeat(200));
    const page = await carrier.get<{ data: { messageId: string }[]; nextCursor: number }>(
      '/accepted?limit=1',
    );
    expect(page).toMatchObject({
      data: [{ to: number, from: 'SHOP', part: 1, parts: 2, isDuplicate: false }],
      nextCursor: 1,
    });
    const rest = await carrier.get<typeof page>(`/accepted?cursor=${page.nextCursor}`);
    const ids = [...page.data, ...rest.data].map(({ messageId }) => messageId);
    expect(ids).toEqual(outcomes.map((outcome) => outcome.kind === 'accepted' && outcome.messageId));
  });

  describe('answers', () => {
    const reply = (body: unknown) => carrier.send('POST', `/phones/%2B${number}/replies`, body);

    it('reach the client as a text of its number', async () => {
      const response = await reply({ to: 'SHOP', body: 'STOP €' });
      expect(response.status).toBe(202);
      expect(await response.json()).toEqual({ parts: 1 });
      const text = await waitFor('the text', () => client.texts[0]);
      expect(text).toMatchObject({ from: number, to: 'SHOP', dataCoding: 0, esmClass: 0 });
      expect(decodeGsm7Unpacked(text.octets)).toBe('STOP €');
    });

    it('come in parts when they are long', async () => {
      const body = '請不要再傳簡訊給我，謝謝。'.repeat(8);
      expect(await (await reply({ to: '90001', body })).json()).toEqual({ parts: 2 });
      await waitFor('both parts', () => client.texts.length === 2);
      const bodies = client.texts.map(({ octets, dataCoding, esmClass }) => {
        expect([dataCoding, esmClass]).toEqual([8, 0x40]);
        return decodeUcs2(octets.subarray(parseUdh(octets)?.bodyOffset));
      });
      expect(bodies.join('')).toBe(body);
    });

    it('go to the client that texted the phone last', async () => {
      const other = await carrier.connect('other');
      await other.submitText(number, 'Hello');
      await reply({ to: 'SHOP', body: 'Hi' });
      await waitFor('the text', () => other.texts[0]);
      expect(client.texts).toEqual([]);
      other.session.destroy();
    });

    it.each([
      [{ to: 'SHOP' }, 'body'],
      [{ to: '', body: 'x' }, 'to'],
      [{ to: 'x'.repeat(21), body: 'x' }, 'to'],
    ])('that lack something are refused: %j', async (body, field) => {
      const response = await reply(body);
      expect(response.status).toBe(422);
      expect(await response.json()).toMatchObject({ errors: [{ field }] });
    });

    it('that do not fit ten parts are refused', async () => {
      const response = await reply({ to: 'SHOP', body: '長'.repeat(700) });
      expect(response.status).toBe(422);
      expect(await response.json()).toMatchObject({ code: 'messages.text_too_long' });
    });

    it('are refused while no client is bound', async () => {
      const lonely = await TestCarrier.start();
      try {
        const response = await lonely.send('POST', `/phones/${number}/replies`, { to: 'SHOP', body: 'Hi' });
        expect(response.status).toBe(503);
        expect(await response.json()).toMatchObject({ code: 'simulator.not_bound', status: 503 });
      } finally {
        await lonely.simulator.stop();
      }
    });
  });
});
