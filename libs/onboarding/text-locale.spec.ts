import { chooseTextLocale } from './text-locale.js';

describe('the language of a code', () => {
  it.each([
    ['zh-TW,zh;q=0.9,en;q=0.8', 'US', 'zh-TW'],
    ['en-GB', 'TW', 'en'],
    ['*', 'TW', 'zh-TW'],
    [undefined, 'HK', 'zh-TW'],
    ['de-DE', 'DE', 'en'],
    ['english', 'DE', 'en'],
  ])('asked for as %s from %s is %s', (header, country, locale) => {
    expect(chooseTextLocale(header, country)).toBe(locale);
  });
});
