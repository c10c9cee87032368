import { PartMemory } from './part-memory.js';

describe('the memory of accepted parts', () => {
  it('knows a part again, also after as many others as a large broadcast has', () => {
    const memory = new PartMemory();
    const known = [];
    for (let number = 0; number < 300_000; number++) {
      if (memory.remember(String(886_900_000_000 + number), 'SHOP', 1, 'Hello')) known.push(number);
    }
    expect(known).toEqual([]);
    expect(memory.remember('886900000000', 'SHOP', 1, 'Hello')).toBe(true);
    expect(memory.remember('886900299999', 'SHOP', 1, 'Hello')).toBe(true);
  });

  it('tells apart recipient, sender, text and place in the message', () => {
    const memory = new PartMemory();
    memory.remember('12', '3', 1, 'Hello');
    expect(memory.remember('1', '23', 1, 'Hello')).toBe(false);
    expect(memory.remember('12', '3', 2, 'Hello')).toBe(false);
    expect(memory.remember('12', '3', 1, 'Hello!')).toBe(false);
    expect(memory.remember('13', '3', 1, 'Hello')).toBe(false);
    expect(memory.remember('12', '3', 1, 'Hello')).toBe(true);
  });
});
