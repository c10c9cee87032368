import fc from 'fast-check';
import type { CommandName } from './commands.js';
import { COMMAND_IDS } from './commands.js';
import { decodePdu } from './decode.js';
import { boundPduBytes, encodePdu } from './encode.js';
import { SmppFieldError } from './field-error.js';
import type { Pdu, PduInput } from './pdu.js';
import { STATUS } from './statuses.js';
import { TLV_DEFINITIONS } from './tlvs.js';

const latin1 = (maxLength: number): fc.Arbitrary<string> =>
  fc.array(fc.integer({ min: 1, max: 255 }), { maxLength }).map((codes) => String.fromCharCode(...codes));
const octets = (maxLength: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes));
const int1 = fc.integer({ min: 0, max: 0xff });

const tlvValue = (definition: { kind: string; bytes: number }): fc.Arbitrary<unknown> => {
  if (definition.kind === 'int') return fc.integer({ min: 0, max: 256 ** definition.bytes - 1 });
  if (definition.kind === 'text') return latin1(definition.bytes - 1);
  if (definition.kind === 'flag') return fc.constant(true);
  return octets(Math.min(definition.bytes, 300));
};
const knownTlvs = fc.record(
  Object.fromEntries(
    Object.entries(TLV_DEFINITIONS).map(([name, definition]) => [name, tlvValue(definition)]),
  ),
  { requiredKeys: [] },
);
const vendorTlvs = fc.array(fc.record({ tag: fc.integer({ min: 0x1400, max: 0x3fff }), value: octets(40) }), {
  minLength: 1,
  maxLength: 3,
});
const tlvs = fc
  .tuple(knownTlvs, fc.option(vendorTlvs, { nil: undefined }))
  .map(([known, others]) => (others ? { ...known, others } : known));

const source = { sourceAddrTon: int1, sourceAddrNpi: int1, sourceAddr: latin1(20) };
const destination = { destAddrTon: int1, destAddrNpi: int1, destinationAddr: latin1(20) };
const bind = {
  systemId: latin1(15),
  password: latin1(8),
  systemType: latin1(12),
  interfaceVersion: int1,
  addrTon: int1,
  addrNpi: int1,
  addressRange: latin1(40),
};
const bindResp = { systemId: latin1(15), tlvs };
const message = {
  serviceType: latin1(5),
  ...source,
  ...destination,
  esmClass: int1,
  protocolId: int1,
  priorityFlag: int1,
  scheduleDeliveryTime: latin1(16),
  validityPeriod: latin1(16),
  registeredDelivery: int1,
  replaceIfPresentFlag: int1,
  dataCoding: int1,
  smDefaultMsgId: int1,
  shortMessage: octets(254),
  tlvs,
};
const messageIdResp = { messageId: latin1(64), tlvs };

/** Every command of SMPP 3.4 with its fields; the type makes a forgotten one an error. */
const FIELDS: Record<CommandName, Record<string, fc.Arbitrary<unknown>>> = {
  generic_nack: {},
  bind_receiver: bind,
  bind_receiver_resp: bindResp,
  bind_transmitter: bind,
  bind_transmitter_resp: bindResp,
  bind_transceiver: bind,
  bind_transceiver_resp: bindResp,
  outbind: { systemId: latin1(15), password: latin1(8) },
  unbind: {},
  unbind_resp: {},
  submit_sm: message,
  submit_sm_resp: messageIdResp,
  deliver_sm: message,
  deliver_sm_resp: messageIdResp,
  data_sm: {
    serviceType: latin1(5),
    ...source,
    sourceAddr: latin1(64),
    ...destination,
    destinationAddr: latin1(64),
    esmClass: int1,
    registeredDelivery: int1,
    dataCoding: int1,
    tlvs,
  },
  data_sm_resp: messageIdResp,
  query_sm: { messageId: latin1(64), ...source },
  query_sm_resp: { messageId: latin1(64), finalDate: latin1(16), messageState: int1, errorCode: int1 },
  cancel_sm: { serviceType: latin1(5), messageId: latin1(64), ...source, ...destination },
  cancel_sm_resp: {},
  replace_sm: {
    messageId: latin1(64),
    ...source,
    scheduleDeliveryTime: latin1(16),
    validityPeriod: latin1(16),
    registeredDelivery: int1,
    smDefaultMsgId: int1,
    shortMessage: octets(254),
  },
  replace_sm_resp: {},
  submit_multi: { body: octets(400) },
  submit_multi_resp: { body: octets(100) },
  alert_notification: {
    ...source,
    sourceAddr: latin1(64),
    esmeAddrTon: int1,
    esmeAddrNpi: int1,
    esmeAddr: latin1(64),
    tlvs,
  },
  enquire_link: {},
  enquire_link_resp: {},
};

const decode = (frame: Buffer): Pdu => {
  const result = decodePdu(frame);
  if (!result.ok) throw result.fault.error;
  return result.pdu;
};
const faultOf = (frame: Buffer) => {
  const result = decodePdu(frame);
  if (result.ok) throw new Error('the PDU was read');
  return result.fault;
};

describe('the codec', () => {
  it.each(Object.keys(COMMAND_IDS) as CommandName[])('reads back every field of %s it wrote', (command) => {
    const input = fc.record({ command: fc.constant(command), ...FIELDS[command] });
    const sequence = fc.integer({ min: 1, max: 0x7fffffff });
    fc.assert(
      fc.property(input, sequence, (fields, number) => {
        const frame = encodePdu(fields as PduInput, number);
        expect(frame.length).toBeLessThanOrEqual(boundPduBytes(fields as PduInput));
        expect(decode(frame)).toEqual({ status: 0, sequence: number, ...fields });
      }),
    );
  });

  it('writes submit_sm byte for byte as the specification lays it out', () => {
    const frame = encodePdu(
      {
        command: 'submit_sm',
        sourceAddrTon: 5,
        sourceAddr: 'AB',
        destAddrTon: 1,
        destAddrNpi: 1,
        destinationAddr: '886',
        registeredDelivery: 1,
        dataCoding: 8,
        shortMessage: Buffer.from('4f60', 'hex'),
        tlvs: { userMessageReference: 0x0102 },
      },
      7,
    );
    expect(frame.toString('hex')).toBe(
      '0000002e' +
        '00000004' +
        '00000000' +
        '00000007' + // header
        '00' +
        '0500' +
        '414200' +
        '0101' +
        '38383600' + // service type, source, destination
        '000000' +
        '00' +
        '00' +
        '01' +
        '00' +
        '08' +
        '00' + // esm class … default message id
        '02' +
        '4f60' +
        '020400020102',
    );
  });

  it('never changes the bytes of a short message, whatever the data coding', () => {
    const shortMessage = Buffer.from(Array.from({ length: 254 }, (_, index) => (index * 7) % 256));
    const pdu = decode(encodePdu({ command: 'deliver_sm', dataCoding: 8, shortMessage }, 1));
    expect(pdu).toMatchObject({ dataCoding: 8, shortMessage });
  });

  it.each([
    ['sourceAddr', { command: 'submit_sm', sourceAddr: '1'.repeat(21) }],
    ['destinationAddr', { command: 'submit_sm', destinationAddr: '1'.repeat(21) }],
    ['serviceType', { command: 'submit_sm', serviceType: 'ABCDEF' }],
    ['shortMessage', { command: 'submit_sm', shortMessage: Buffer.alloc(255) }],
    ['validityPeriod', { command: 'submit_sm', validityPeriod: '0'.repeat(17) }],
    ['esmClass', { command: 'submit_sm', esmClass: 256 }],
    ['sourceAddr', { command: 'submit_sm', sourceAddr: '名' }],
    ['destinationAddr', { command: 'submit_sm', destinationAddr: '88\u00006' }],
    ['password', { command: 'bind_transceiver', password: '123456789' }],
    ['systemId', { command: 'bind_transceiver', systemId: 'x'.repeat(16) }],
    ['messageId', { command: 'submit_sm_resp', messageId: 'x'.repeat(65) }],
    ['sarMsgRefNum', { command: 'submit_sm', tlvs: { sarMsgRefNum: 65_536 } }],
    ['networkErrorCode', { command: 'deliver_sm', tlvs: { networkErrorCode: Buffer.alloc(4) } }],
  ] as [string, PduInput][])('refuses to write a %s that does not fit, and names it', (field, pdu) => {
    expect(() => encodePdu(pdu, 1)).toThrow(SmppFieldError);
    expect(() => encodePdu(pdu, 1)).toThrow(`${field}: `);
  });

  it('keeps unknown, repeated and wrongly sized optional parameters as they were', () => {
    const written = Buffer.concat([
      encodePdu({ command: 'deliver_sm' }, 1),
      Buffer.from(
        '1401' + '0002' + 'beef' + '0427' + '0001' + '02' + '0427' + '0001' + '05' + '0204' + '0001' + '09',
        'hex',
      ),
    ]);
    written.writeUInt32BE(written.length, 0);
    expect(decode(written)).toMatchObject({
      tlvs: {
        messageState: 2,
        others: [
          { tag: 0x1401, value: Buffer.from('beef', 'hex') },
          { tag: 0x0427, value: Buffer.from([5]) },
          { tag: 0x0204, value: Buffer.from([9]) },
        ],
      },
    });
  });

  it.each(['00', '0000', ''])('reads a receipted_message_id that ends in "%s"', (ending) => {
    const value = Buffer.concat([Buffer.from('abc'), Buffer.from(ending, 'hex')]);
    const frame = encodePdu({ command: 'deliver_sm', tlvs: { others: [{ tag: 0x001e, value }] } }, 1);
    expect(decode(frame)).toMatchObject({ tlvs: { receiptedMessageId: 'abc' } });
  });

  it('reads a response that is a header alone', () => {
    const frame = encodePdu({ command: 'enquire_link' }, 9);
    frame.writeUInt32BE(COMMAND_IDS.submit_sm_resp, 4);
    expect(decode(frame)).toMatchObject({ command: 'submit_sm_resp', messageId: '', sequence: 9 });
  });

  it('leaves the body of a refusal away, but not that of deliver_sm_resp', () => {
    expect(encodePdu({ command: 'submit_sm_resp', messageId: 'x' }, 1, STATUS.ESME_RTHROTTLED)).toHaveLength(
      16,
    );
    expect(encodePdu({ command: 'bind_transceiver_resp', systemId: 'x' }, 1, 0x0e)).toHaveLength(16);
    expect(encodePdu({ command: 'deliver_sm_resp' }, 1, STATUS.ESME_RX_T_APPN)).toHaveLength(17);
  });

  it('answers an unknown command with status 0x03', () => {
    const frame = encodePdu({ command: 'enquire_link' }, 4);
    frame.writeUInt32BE(0x0000_0777, 4);
    expect(faultOf(frame)).toMatchObject({
      commandId: 0x777,
      command: undefined,
      sequence: 4,
      error: { status: STATUS.ESME_RINVCMDID },
    });
  });

  it.each([
    ['sourceAddr', 17 + 2, STATUS.ESME_RINVSRCADR],
    ['destinationAddr', 17 + 2 + 1 + 2, STATUS.ESME_RINVDSTADR],
  ])('names %s when its end is missing', (field, at, status) => {
    const plain = encodePdu({ command: 'submit_sm' }, 1);
    const frame = Buffer.concat([plain.subarray(0, at), Buffer.alloc(40, 0x31), plain.subarray(at)]);
    frame.writeUInt32BE(frame.length, 0);
    expect(faultOf(frame).error).toMatchObject({ field, status });
  });

  it('refuses a short message longer than its PDU', () => {
    const frame = encodePdu({ command: 'submit_sm', shortMessage: Buffer.from('hello') }, 1);
    frame[frame.length - 6] = 200;
    expect(faultOf(frame).error).toMatchObject({ field: 'shortMessage', status: STATUS.ESME_RINVMSGLEN });
  });

  it('refuses optional parameters that are cut in a request, and bears them in a response', () => {
    const cut = (pdu: PduInput): Buffer => {
      const frame = Buffer.concat([encodePdu(pdu, 1), Buffer.from('04240010aa', 'hex')]);
      frame.writeUInt32BE(frame.length, 0);
      return frame;
    };
    expect(faultOf(cut({ command: 'submit_sm' })).error.status).toBe(STATUS.ESME_RINVOPTPARSTREAM);
    expect(decode(cut({ command: 'submit_sm_resp', messageId: '77' }))).toMatchObject({ messageId: '77' });
  });

  it('carries a message_payload of 60,000 octets', () => {
    const messagePayload = Buffer.alloc(60_000, 0xa5);
    const pdu = decode(encodePdu({ command: 'data_sm', tlvs: { messagePayload } }, 1));
    expect(pdu).toMatchObject({ tlvs: { messagePayload } });
  });
});
