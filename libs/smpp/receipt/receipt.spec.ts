import fc from 'fast-check';
import { decodePdu } from '../pdu/decode.js';
import { encodePdu } from '../pdu/encode.js';
import type { DeliverSm, DeliverSmInput } from '../pdu/pdu.js';
import { buildReceipt, buildReceiptText } from './build-receipt.js';
import { readReceipt, readReceiptText } from './read-receipt.js';
import { MESSAGE_STATES, type MessageState } from './receipt.js';

const overTheWire = (fields: Omit<DeliverSmInput, 'command'>): DeliverSm => {
  const result = decodePdu(encodePdu({ command: 'deliver_sm', ...fields }, 1));
  if (!result.ok) throw result.fault.error;
  return result.pdu as DeliverSm;
};
const receiptText = (text: string): DeliverSm =>
  overTheWire({ esmClass: 4, shortMessage: Buffer.from(text) });

describe('a delivery receipt', () => {
  it.each(Object.keys(MESSAGE_STATES) as MessageState[])(
    'says %s with and without optional parameters',
    (state) => {
      for (const hasTlvs of [true, false]) {
        const receipt = readReceipt(
          overTheWire(buildReceipt({ messageId: '0A1b', state, errorCode: '042', hasTlvs })),
        );
        expect(receipt).toMatchObject({ messageId: '0A1b', state, errorCode: '042', isIntermediate: false });
      }
    },
  );

  it('is written as Appendix B shows it, in UTC', () => {
    const text = buildReceiptText({
      messageId: '123A456B',
      state: 'delivered',
      submittedAt: new Date('2024-02-29T03:04:05Z'),
      doneAt: new Date('2024-02-29T03:07:00Z'),
      text: 'Hello, this text is longer than twenty characters',
    });
    expect(text).toBe(
      'id:123A456B sub:001 dlvrd:001 submit date:2402290304 done date:2402290307 stat:DELIVRD err:000 text:Hello, this text is ',
    );
  });

  it('believes the optional parameters before the text', () => {
    const pdu = overTheWire({
      esmClass: 4,
      shortMessage: Buffer.from('id:999 stat:UNDELIV err:005'),
      tlvs: { receiptedMessageId: '7F', messageState: 2 },
    });
    expect(readReceipt(pdu)).toMatchObject({ messageId: '7F', state: 'delivered', errorCode: '005' });
  });

  it.each([
    ['DELIVRD', 'delivered'],
    ['ACCEPTD', 'accepted'],
    ['EXPIRED', 'expired'],
    ['DELETED', 'deleted'],
    ['UNDELIV', 'undeliverable'],
    ['UNKNOWN', 'unknown'],
    ['REJECTD', 'rejected'],
    ['ENROUTE', 'enroute'],
    ['ACKED', 'accepted'],
    ['BUFFRED', 'enroute'],
    ['BUFFERD', 'enroute'],
    ['delivrd', 'delivered'],
  ])('knows the word %s', (word, state) => {
    expect(readReceipt(receiptText(`id:1 stat:${word} err:0`))).toMatchObject({ state, rawState: word });
  });

  it.each(['PARKED', 'constructor', '__proto__'])('keeps the word %s nobody knows, as no state', (word) => {
    expect(readReceipt(receiptText(`id:1 stat:${word}`))).toMatchObject({ state: undefined, rawState: word });
  });

  it.each([
    ['another order', 'stat:DELIVRD err:000 id:77 done date:2402290307 text:x'],
    ['another case', 'ID:77 SUB:001 STAT:DELIVRD Err:000 TEXT:x'],
    ['missing fields', 'id:77 stat:DELIVRD'],
    ['spaces after the colons', 'id: 77 stat: DELIVRD err: 000'],
    ['line breaks', 'id:77\r\nstat:DELIVRD\r\nerr:000'],
    ['the text in the middle', 'sub:001 text:hello id:77 stat:DELIVRD'],
  ])('is read with %s', (_, text) => {
    expect(readReceipt(receiptText(text))).toMatchObject({ messageId: '77', state: 'delivered' });
  });

  it('is not led astray by what the message said', () => {
    const text = 'id:77 stat:UNDELIV err:001 text:id:99 stat:DELIVRD err:000';
    expect(readReceipt(receiptText(text))).toMatchObject({
      messageId: '77',
      state: 'undeliverable',
      errorCode: '001',
      text: 'id:99 stat:DELIVRD err:000',
    });
  });

  it('does not take the next field for the value of an empty one', () => {
    expect(readReceiptText('id: stat: err: text:hi')).toMatchObject({
      id: '',
      stat: '',
      err: '',
      text: 'hi',
    });
  });

  it('is read from message_payload, and from UCS-2', () => {
    const text = 'id:77 stat:DELIVRD err:000';
    const payload = { esmClass: 4, tlvs: { messagePayload: Buffer.from(text) } };
    expect(readReceipt(overTheWire(payload))).toMatchObject({ messageId: '77', state: 'delivered' });
    const shortMessage = Buffer.from(text, 'utf16le').swap16();
    expect(readReceipt(overTheWire({ esmClass: 4, dataCoding: 8, shortMessage }))).toMatchObject({
      messageId: '77',
      state: 'delivered',
    });
  });

  it('takes the error from network_error_code when the text has none', () => {
    const tlvs = { receiptedMessageId: '1', messageState: 5, networkErrorCode: Buffer.from([3, 0x01, 0x02]) };
    expect(readReceipt(overTheWire({ esmClass: 4, tlvs }))).toMatchObject({
      errorCode: '258',
      rawState: '5',
    });
  });

  it('is told from a message of a person', () => {
    expect(
      readReceipt(overTheWire({ esmClass: 0, shortMessage: Buffer.from('id:1 stat:DELIVRD') })),
    ).toBeUndefined();
    expect(readReceipt(overTheWire({ esmClass: 0x40, shortMessage: Buffer.from('STOP') }))).toBeUndefined();
    expect(readReceipt(overTheWire({ esmClass: 0x20, tlvs: { receiptedMessageId: '1' } }))).toMatchObject({
      isIntermediate: true,
    });
  });

  it('is read in no time from any text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 254 }), (bytes) => {
        const receipt = readReceipt(overTheWire({ esmClass: 4, shortMessage: Buffer.from(bytes) }));
        expect(receipt?.messageId).not.toMatch(/\s/);
      }),
    );
    const startedAt = performance.now();
    readReceipt(overTheWire({ esmClass: 4, tlvs: { messagePayload: Buffer.alloc(60_000, ' id:') } }));
    expect(performance.now() - startedAt).toBeLessThan(100);
  });
});
