import { decodePdu } from './decode.js';
import { COMMAND_IDS } from './commands.js';
import { encodePdu } from './encode.js';
import { PduFramer } from './framer.js';
import type { PduInput } from './pdu.js';

/** PDUs per test. Set to 1,000,000 for a thorough run (the reliability goal); a normal one takes seconds. */
const FUZZ_COUNT = 120_000;
/** Change it to replay another run; a failure prints the PDU it failed on. */
const SEED = 20_240_229;

/** mulberry32: a small generator that gives the same numbers everywhere. */
function createRandom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

const COMMANDS = Object.values(COMMAND_IDS);
const SAMPLES: Buffer[] = (
  [
    {
      command: 'submit_sm',
      sourceAddr: 'ACME',
      destinationAddr: '886900000000',
      validityPeriod: '000001000000000R',
      shortMessage: Buffer.from('hello there'),
      tlvs: { userMessageReference: 1, messagePayload: Buffer.from('payload') },
    },
    {
      command: 'deliver_sm',
      sourceAddr: '886900000000',
      shortMessage: Buffer.from('id:1 stat:DELIVRD'),
      tlvs: { receiptedMessageId: '1', messageState: 2 },
    },
    { command: 'bind_transceiver', systemId: 'me', password: 'secret', addressRange: '^886' },
    { command: 'submit_sm_resp', messageId: '0123456789abcdef', tlvs: { additionalStatusInfoText: 'fine' } },
    { command: 'data_sm', destinationAddr: '886900000000', tlvs: { messagePayload: Buffer.from('x') } },
    { command: 'query_sm_resp', messageId: '5', finalDate: '240229120000000+', messageState: 2 },
    { command: 'replace_sm', messageId: '5', shortMessage: Buffer.from('other') },
    { command: 'cancel_sm', messageId: '5', destinationAddr: '8869' },
    { command: 'alert_notification', sourceAddr: '1', esmeAddr: '2', tlvs: { msAvailabilityStatus: 1 } },
  ] satisfies PduInput[]
).map((pdu) => encodePdu(pdu, 1));

/** Read buffers with different bytes behind the PDU under test. */
const SURROUNDINGS = [Buffer.alloc(1_024, 0x00), Buffer.alloc(1_024, 0x41)] as const;

function placeIn(memory: Buffer, surroundings: number, frame: Buffer): Buffer {
  memory.fill(surroundings, frame.length, frame.length + 300);
  frame.copy(memory);
  return memory.subarray(0, frame.length);
}

/** What lies behind a PDU must not show in what is read from it. Returns whether the PDU could be read. */
function expectContained(frame: Buffer): boolean {
  const result = decodePdu(placeIn(SURROUNDINGS[0], 0x00, frame));
  const other = decodePdu(placeIn(SURROUNDINGS[1], 0x41, frame));
  if (!result.ok || !other.ok) {
    if (result.ok !== other.ok) throw new Error('readable or not by what lies behind it');
    return false;
  }
  if (JSON.stringify(result.pdu) !== JSON.stringify(other.pdu)) throw new Error('read beyond its end');
  return true;
}

function runOn(frame: Buffer): boolean {
  try {
    return expectContained(frame);
  } catch (error) {
    throw new Error(`decoding ${frame.toString('hex')} threw`, { cause: error });
  }
}

describe('the decoder under fire', () => {
  it(`contains ${FUZZ_COUNT} PDUs of random bytes`, () => {
    const random = createRandom(SEED);
    let readable = 0;
    for (let run = 0; run < FUZZ_COUNT; run++) {
      const frame = Buffer.alloc(16 + random(80));
      for (let at = 8; at < frame.length; at++) frame[at] = random(4) === 0 ? 0 : random(256);
      frame.writeUInt32BE(frame.length, 0);
      frame.writeUInt32BE(COMMANDS[random(COMMANDS.length)] ?? 0, 4);
      if (runOn(frame)) readable += 1;
    }
    expect(readable).toBeGreaterThan(0);
    expect(readable).toBeLessThan(FUZZ_COUNT);
  });

  it(`contains ${FUZZ_COUNT} real PDUs with bytes changed, cut or added`, () => {
    const random = createRandom(SEED + 1);
    let faults = 0;
    for (let run = 0; run < FUZZ_COUNT; run++) {
      const sample = SAMPLES[random(SAMPLES.length)] as Buffer;
      const length = random(3) === 0 ? Math.max(16, sample.length + random(30) - 20) : sample.length;
      const frame = Buffer.alloc(length, random(256));
      sample.copy(frame);
      for (let change = random(4); change >= 0; change--) frame[random(length)] = random(256);
      if (random(5) !== 0) frame.writeUInt32BE(length, 0);
      if (!runOn(frame)) faults += 1;
    }
    expect(faults).toBeGreaterThan(0);
    expect(faults).toBeLessThan(FUZZ_COUNT);
  });

  it('frames random streams without stalling: it cuts, waits or reports a fault', () => {
    const random = createRandom(SEED + 2);
    const outcomes = { waiting: 0, broken: 0 };
    for (let run = 0; run < 20_000; run++) {
      const framer = new PduFramer();
      const sample = SAMPLES[random(SAMPLES.length)] as Buffer;
      const stream = Buffer.concat([sample, sample, sample]);
      stream[random(stream.length)] = random(256);
      let cut = 0;
      for (let at = 0; at < stream.length;) {
        const size = 1 + random(60);
        framer.push(stream.subarray(at, at + size));
        for (let frame = framer.next(); frame; frame = framer.next()) cut += frame.length;
        at += size;
      }
      if (framer.framingFault) outcomes.broken += 1;
      else outcomes.waiting += 1;
      if (cut > stream.length) throw new Error('more was cut than came');
    }
    expect(outcomes.waiting).toBeGreaterThan(0);
    expect(outcomes.broken).toBeGreaterThan(0);
  });
});
