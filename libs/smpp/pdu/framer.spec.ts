import fc from 'fast-check';
import { encodePdu } from './encode.js';
import { PduFramer } from './framer.js';

const drain = (framer: PduFramer): Buffer[] => {
  const frames: Buffer[] = [];
  for (let frame = framer.next(); frame; frame = framer.next()) frames.push(Buffer.from(frame));
  return frames;
};
const withLength = (length: number): Buffer => {
  const octets = Buffer.alloc(16);
  octets.writeUInt32BE(length >>> 0, 0);
  return octets;
};
const someFrames = [0, 1, 254, 30].map((size, index) =>
  encodePdu({ command: 'submit_sm', shortMessage: Buffer.alloc(size, index) }, index + 1),
);

describe('the framer', () => {
  it('cuts the same PDUs whatever the chunks', () => {
    const stream = Buffer.concat(someFrames);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }), (sizes) => {
        const framer = new PduFramer();
        const cut: Buffer[] = [];
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          framer.push(stream.subarray(at, at + size));
          cut.push(...drain(framer));
          at += size;
        }
        expect(cut).toEqual(someFrames);
      }),
    );
  });

  it('takes one byte at a time', () => {
    const framer = new PduFramer();
    const cut: Buffer[] = [];
    for (const octet of Buffer.concat(someFrames)) {
      framer.push(Buffer.from([octet]));
      cut.push(...drain(framer));
    }
    expect(cut).toEqual(someFrames);
  });

  it('takes many chunks before anybody asks for a PDU', () => {
    const framer = new PduFramer();
    for (const octet of Buffer.concat(someFrames)) framer.push(Buffer.from([octet]));
    expect(drain(framer)).toEqual(someFrames);
  });

  it.each([0, 4, 12, 15, 65_537, 0x7fffffff, 0xffffffff])('stops for good at a length of %i', (length) => {
    const framer = new PduFramer();
    framer.push(Buffer.concat([someFrames[0] as Buffer, withLength(length), someFrames[1] as Buffer]));
    expect(drain(framer)).toEqual([someFrames[0]]);
    expect(framer.framingFault).toEqual({ commandLength: length });
    framer.push(someFrames[2] as Buffer);
    expect(drain(framer)).toEqual([]);
  });

  it('sees a length that cannot be although it comes byte by byte', () => {
    const framer = new PduFramer();
    for (const octet of withLength(12).subarray(0, 4)) framer.push(Buffer.from([octet]));
    expect(drain(framer)).toEqual([]);
    expect(framer.framingFault).toEqual({ commandLength: 12 });
  });

  it('takes a PDU of exactly the limit and none longer', () => {
    const framer = new PduFramer(100);
    const longest = Buffer.concat([withLength(100), Buffer.alloc(84)]);
    framer.push(Buffer.concat([longest, withLength(101)]));
    expect(drain(framer)).toEqual([longest]);
    expect(framer.framingFault).toEqual({ commandLength: 101 });
  });
});
