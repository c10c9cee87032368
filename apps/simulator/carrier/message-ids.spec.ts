import { MessageIds } from './message-ids.js';

describe('message ids', () => {
  it('differ from those of a carrier started a moment later', () => {
    const first = new MessageIds().next({ idFormat: 'decimal', idInReceipt: 'same' });
    expect(Number(first.inResponse)).toBeGreaterThanOrEqual((Date.now() - 60_000) * 1_000);
    expect(Number.isSafeInteger(Number(first.inResponse))).toBe(true);
  });
});
