import fc from 'fast-check';
import { parseUdh } from './concatenation-header.js';
import { decodeGsm7Unpacked, decodeUcs2 } from './decode-message.js';
import { encodeMessage, encodePart } from './encode-message.js';
import { MAX_PARTS_PER_MESSAGE, countParts } from './parts.js';

/** SMPP carries at most 254 octets in short_message. */
const MAX_SHORT_MESSAGE_OCTETS = 254;
const GSM = '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0189:;<=>?¡AZÄÖÑÜ§¿azäöñüà\f^{}\\[~]|€';

const sendable = fc
  .oneof(
    fc
      .array(fc.constantFrom(...GSM), { minLength: 1, maxLength: 900, size: 'max' })
      .map((units) => units.join('')),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 300, size: 'max' }),
  )
  .filter((body) => countParts(body).parts <= MAX_PARTS_PER_MESSAGE);

describe('encoding a message', () => {
  it('writes one octet per septet, with the escape before extension characters', () => {
    const { dataCoding, esmClassUdhi, payloads } = encodeMessage('@a€_', 7);
    expect({ dataCoding, esmClassUdhi }).toEqual({ dataCoding: 0, esmClassUdhi: false });
    expect(payloads).toEqual([Buffer.from([0x00, 0x61, 0x1b, 0x65, 0x11])]);
  });

  it('writes UCS-2 big-endian', () => {
    const { dataCoding, payloads } = encodeMessage('退😀', 7);
    expect(dataCoding).toBe(8);
    expect(payloads.map((payload) => payload.toString('hex'))).toEqual(['9000d83dde00']);
  });

  it('puts the header of TS 23.040 before each part of a long message', () => {
    const { payloads } = encodeMessage('a'.repeat(161), 0x1ff);
    expect(payloads.map((payload) => payload.subarray(0, 7).toString('hex'))).toEqual([
      '050003ff020161',
      '050003ff020261',
    ]);
  });

  it('is read back by the decoder, whatever the text', () => {
    fc.assert(
      fc.property(sendable, fc.nat(), (body, reference) => {
        const { encoding, esmClassUdhi, payloads } = encodeMessage(body, reference);
        const texts = payloads.map((payload, index) => {
          expect(payload.length).toBeLessThanOrEqual(MAX_SHORT_MESSAGE_OCTETS);
          const header = esmClassUdhi ? parseUdh(payload) : { bodyOffset: 0 };
          const sequence = { reference: reference & 0xff, total: payloads.length, sequence: index + 1 };
          if (esmClassUdhi) expect(header).toEqual({ concatenation: sequence, bodyOffset: 6 });
          const octets = payload.subarray(header?.bodyOffset);
          return encoding === 'gsm7' ? decodeGsm7Unpacked(octets) : decodeUcs2(octets);
        });
        expect(texts.join('')).toBe(body);
      }),
    );
  });

  it('refuses to write a character outside the alphabet as GSM', () => {
    expect(() => encodePart('中', 'gsm7')).toThrow(RangeError);
  });
});

describe('decoding what others send', () => {
  it('shows the basic character of an unknown extension, and a blank for a lost escape', () => {
    expect(decodeGsm7Unpacked(Buffer.from([0x1b, 0x41, 0x1b, 0x1b, 0x61, 0x1b]))).toBe('A a ');
    expect(decodeGsm7Unpacked(Buffer.from([0x80, 0x61]))).toBe('\ufffda');
  });

  it('drops half a UCS-2 character at the end and leaves its input alone', () => {
    const octets = Buffer.from([0x90, 0x00, 0x4e]);
    expect(decodeUcs2(octets)).toBe('退');
    expect(octets.toString('hex')).toBe('90004e');
  });

  it('reads 16-bit references and skips other elements', () => {
    const payload = Buffer.from([0x0a, 0x24, 0x02, 0x01, 0x02, 0x08, 0x04, 0x12, 0x34, 0x03, 0x02, 0x61]);
    expect(parseUdh(payload)).toEqual({
      concatenation: { reference: 0x1234, total: 3, sequence: 2 },
      bodyOffset: 11,
    });
  });

  it('ignores a concatenation whose sequence is out of range', () => {
    expect(parseUdh(Buffer.from([5, 0, 3, 9, 2, 3]))).toEqual({ bodyOffset: 6 });
    expect(parseUdh(Buffer.from([5, 0, 3, 9, 0, 0]))).toEqual({ bodyOffset: 6 });
  });

  it('never throws and never points beyond the payload', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (octets) => {
        const header = parseUdh(Buffer.from(octets));
        if (header !== null) expect(header.bodyOffset).toBeLessThanOrEqual(octets.length);
        expect(decodeGsm7Unpacked(Buffer.from(octets)).length).toBeLessThanOrEqual(octets.length);
        expect(decodeUcs2(Buffer.from(octets)).length).toBe(Math.floor(octets.length / 2));
      }),
    );
    expect(parseUdh(Buffer.from([5, 0, 9, 1, 1, 1]))).toBeNull();
    expect(parseUdh(Buffer.from([200, 0]))).toBeNull();
    expect(parseUdh(Buffer.alloc(0))).toBeNull();
  });
});
