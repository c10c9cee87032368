import fc from 'fast-check';
import { newUuid } from './new-uuid.js';
import { UUID_RANDOM_OCTETS, createUuidGenerator } from './uuid-v7.js';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const allOnes = () => new Uint8Array(UUID_RANDOM_OCTETS).fill(0xff);

describe('uuids of version 7', () => {
  it('carry the millisecond in front and random bits behind', () => {
    const generate = createUuidGenerator({ now: () => 0x017f22e279b0, random: allOnes });
    expect(generate()).toBe('017f22e2-79b0-77ff-bfff-ffffffffffff');
  });

  it('only grow, whatever the clock does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 2, maxLength: 200 }), (times) => {
        let at = 0;
        const generate = createUuidGenerator({ now: () => times[at++] ?? 0, random: allOnes });
        const ids = times.map(() => generate());
        expect(ids).toEqual([...new Set(ids)].sort());
      }),
    );
  });

  it('borrow a millisecond when one does not hold enough', () => {
    const generate = createUuidGenerator({ now: () => 1, random: allOnes });
    const ids = Array.from({ length: 5000 }, generate);
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(ids.at(-1)).toMatch(/^00000000-0002-7/);
  });

  it('are well formed and distinct when made for real', () => {
    const ids = Array.from({ length: 10_000 }, newUuid);
    expect(ids.every((id) => UUID_V7.test(id))).toBe(true);
    expect(ids).toEqual([...new Set(ids)].sort());
  });
});
