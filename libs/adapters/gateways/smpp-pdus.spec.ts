import fc from 'fast-check';
import { countParts, decodeGsm7Unpacked, decodeUcs2, parseUdh, type OutboundMessage } from '#domain';
import { formatValidity, toSubmitPdus } from './smpp-pdus.js';

const message = (fields: Partial<OutboundMessage> = {}): OutboundMessage => ({
  id: 1n,
  recipient: '+886912345678',
  sender: null,
  text: 'Hello',
  validitySeconds: 3_600,
  ...fields,
});

describe('the PDUs of a message', () => {
  it('ask for a receipt and name the recipient as an international number without "+"', () => {
    expect(toSubmitPdus(message(), 7)).toMatchObject([
      {
        command: 'submit_sm',
        destAddrTon: 1,
        destAddrNpi: 1,
        destinationAddr: '886912345678',
        registeredDelivery: 1,
        esmClass: 0,
        dataCoding: 0,
        shortMessage: Buffer.from('Hello'),
      },
    ]);
  });

  it.each([
    [null, 0, 0, ''],
    ['LANTERN', 5, 0, 'LANTERN'],
    ['Lantern 24', 5, 0, 'Lantern 24'],
    ['68886', 3, 0, '68886'],
    ['886900000001', 1, 1, '886900000001'],
    ['+886900000001', 1, 1, '886900000001'],
  ])('send %s with the address type of its kind', (sender, ton, npi, address) => {
    expect(toSubmitPdus(message({ sender }), 0)).toMatchObject([
      { sourceAddrTon: ton, sourceAddrNpi: npi, sourceAddr: address },
    ]);
  });

  it('carry the whole text, in as many parts as were counted, tied together and in order', () => {
    const character = fc.constantFrom('a', '€', '{', '中', '😀', '\n', '@');
    fc.assert(
      fc.property(
        fc.array(character, { minLength: 1, maxLength: 500 }),
        fc.nat(255),
        (letters, reference) => {
          const text = letters.join('');
          const { parts } = countParts(text);
          fc.pre(parts <= 10);
          const pdus = toSubmitPdus(message({ text }), reference);
          expect(pdus).toHaveLength(parts);
          const read = pdus.map(({ shortMessage = Buffer.alloc(0), esmClass, dataCoding }, index) => {
            expect(shortMessage.length).toBeLessThanOrEqual(dataCoding === 8 ? 140 : 160);
            const header = (esmClass ?? 0) & 0x40 ? parseUdh(shortMessage) : undefined;
            if (parts > 1)
              expect(header).toMatchObject({
                concatenation: { reference, total: parts, sequence: index + 1 },
              });
            const body = shortMessage.subarray(header?.bodyOffset ?? 0);
            return dataCoding === 8 ? decodeUcs2(body) : decodeGsm7Unpacked(body);
          });
          expect(read.join('')).toBe(text);
        },
      ),
    );
  });
});

describe('the validity of a message', () => {
  it.each([
    [60, '000000000100000R'],
    [3_661, '000000010101000R'],
    [86_400, '000001000000000R'],
    [0, '000000000001000R'],
    [-5, '000000000001000R'],
    [30 * 86_400, '000007000000000R'],
  ])('of %i s is written as %s', (seconds, text) => {
    expect(formatValidity(seconds)).toBe(text);
  });
});
