import { PartAssembler } from './part-assembler.js';

const part = (octets: string, sequence: number, { total = 2, reference = 1, to = '1' } = {}) => ({
  from: 'SHOP',
  to,
  dataCoding: 0,
  octets,
  concatenation: { reference, total, sequence },
});

describe('the parts of a message', () => {
  it('make it when the last one is there, a repeated one included', () => {
    const assembler = new PartAssembler();
    expect(assembler.add(part('b', 2), 0)).toBeUndefined();
    expect(assembler.add(part('b', 2), 0)).toBeUndefined();
    expect(assembler.add(part('a', 1), 0)).toEqual({ octets: 'ab', parts: 2 });
  });

  it('are given up a minute after the first', () => {
    const assembler = new PartAssembler();
    assembler.add(part('a', 1), 0);
    expect(assembler.add(part('b', 2), 60_000)).toBeUndefined();
    expect(assembler.incomplete).toBe(1);
  });

  it('belong to a new message when another text takes their place', () => {
    const assembler = new PartAssembler();
    assembler.add(part('old', 1), 0);
    assembler.add(part('new', 1), 0);
    expect(assembler.add(part('!', 2), 0)).toEqual({ octets: 'new!', parts: 2 });
    expect(assembler.incomplete).toBe(1);
  });

  it('wait in bounded numbers', () => {
    const assembler = new PartAssembler();
    for (let number = 0; number < 50_000; number++) assembler.add(part('a', 1, { to: String(number) }), 0);
    expect(assembler.incomplete).toBeGreaterThanOrEqual(30_000);
    expect(assembler.add(part('b', 2, { to: '0' }), 0)).toBeUndefined();
    expect(assembler.add(part('b', 2, { to: '49999' }), 0)).toEqual({ octets: 'ab', parts: 2 });
  });
});
