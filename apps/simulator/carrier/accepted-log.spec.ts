import { AcceptedLog, MAX_LOGGED_PARTS } from './accepted-log.js';

describe('the log of accepted parts', () => {
  const entry = (messageId: string) => ({
    to: '1',
    from: 'SHOP',
    messageId,
    atMs: 0,
    part: 1,
    parts: 1,
    isDuplicate: false,
  });

  it('is read page by page, and says how many were overwritten', () => {
    const log = new AcceptedLog();
    for (let count = 0; count < MAX_LOGGED_PARTS + 5; count++) log.add(entry(String(count)));
    const page = log.readFrom(2, 2);
    expect(page.parts.map(({ messageId }) => messageId)).toEqual(['5', '6']);
    expect(page).toMatchObject({ nextCursor: 7, missed: 3 });
    const last = log.readFrom(MAX_LOGGED_PARTS + 4, 10);
    expect(last.parts.map(({ messageId }) => messageId)).toEqual([String(MAX_LOGGED_PARTS + 4)]);
    expect(log.readFrom(last.nextCursor, 10).parts).toEqual([]);
  });
});
