import fc from 'fast-check';
import {
  BATCH_ID_SPAN,
  BATCH_SIZE,
  batchIdOf,
  messageIdAt,
  messageIdRange,
  positionOf,
} from './batch-limits.js';

const batchId = fc.bigInt({ min: 1n, max: 2n ** 53n });
const position = fc.nat(BATCH_SIZE - 1);

describe('the number of a message', () => {
  it('tells its batch and its position', () => {
    fc.assert(
      fc.property(batchId, position, (batch, at) => {
        const id = messageIdAt(batch, at);
        expect([batchIdOf(id), positionOf(id)]).toEqual([batch, at]);
      }),
    );
  });

  it('lies within the range of its batch and of no other', () => {
    fc.assert(
      fc.property(batchId, position, (batch, at) => {
        const id = messageIdAt(batch, at);
        const isIn = (one: bigint) => id >= messageIdRange(one).first && id < messageIdRange(one).end;
        expect([batch - 1n, batch, batch + 1n].map(isIn)).toEqual([false, true, false]);
      }),
    );
  });

  it('has room for a full batch', () => {
    expect(BATCH_ID_SPAN).toBeGreaterThanOrEqual(BigInt(BATCH_SIZE));
  });
});
