import { countParts } from '#domain';
import { writeCodeText } from './verification-text.js';

describe('the text with a code', () => {
  it.each(['en', 'zh-TW'] as const)('names sender, code and minutes in one part (%s)', (locale) => {
    const text = writeCodeText(locale, '004217', 300);
    expect(text).toMatch(/Carillon.*004217.*5/);
    expect(countParts(text).parts).toBe(1);
  });
});
