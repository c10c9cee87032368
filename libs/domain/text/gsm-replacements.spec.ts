import { isGsmText } from './gsm-alphabet.js';
import { suggestGsmReplacement } from './gsm-replacements.js';

describe('suggestions for characters that force UCS-2', () => {
  it.each([
    ['‘', "'"],
    ['”', '"'],
    ['–', '-'],
    ['…', '...'],
    ['\u00a0', ' '],
    ['`', "'"],
    ['\u200b', ''],
    ['Ａ', 'A'],
    ['１', '1'],
    ['｀', "'"],
    ['，', ','],
    ['ê', 'e'],
    ['Ế', 'E'],
    ['ş', 's'],
    ['ł', 'l'],
    ['中', undefined],
    ['😀', undefined],
    ['Ж', undefined],
  ])('suggests for %j: %j', (character, expected) => {
    expect(suggestGsmReplacement(character)).toBe(expected);
  });

  it('never suggests something that would itself force UCS-2', () => {
    for (let codeUnit = 0; codeUnit <= 0xffff; codeUnit++) {
      const character = String.fromCharCode(codeUnit);
      const replacement = isGsmText(character) ? undefined : suggestGsmReplacement(character);
      if (replacement !== undefined) expect([character, isGsmText(replacement)]).toEqual([character, true]);
    }
  });
});
