import fc from 'fast-check';
import { SegmentedMessage } from 'sms-segments-calculator';
import { gsmCodeOf, isExtensionCode } from './gsm-alphabet.js';
import { MAX_PARTS_PER_MESSAGE, PART_UNITS, countParts, splitIntoParts } from './parts.js';

const BASIC = '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./09:;<=>?¡AZÄÖÑÜ§¿azäöñüà';
const EXTENSION = '\f^{}\\[~]|€';
const SINGLE_UCS2 = '中文簡訊退訂你好’…ş';
const EMOJI = ['😀', '🎉', '𠮷', '🚀'];
const CLUSTERS = ['👨‍👩‍👧‍👦', 'e\u0301', '👍🏽', '🇹🇼', '❤️'];

const gsmUnit = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...BASIC) },
  { weight: 2, arbitrary: fc.constantFrom(...EXTENSION) },
);
const text = (unit: fc.Arbitrary<string>) =>
  fc.array(unit, { maxLength: 700, size: 'max' }).map((units) => units.join(''));
const gsmText = text(gsmUnit);
const mixedText = text(
  fc.oneof(
    { weight: 8, arbitrary: gsmUnit },
    { weight: 3, arbitrary: fc.constantFrom(...SINGLE_UCS2) },
    { weight: 1, arbitrary: fc.constantFrom(...EMOJI) },
  ),
);
const clusteredText = text(fc.oneof(fc.constantFrom(...SINGLE_UCS2), fc.constantFrom(...EMOJI, ...CLUSTERS)));

const septetsOf = (part: string): number =>
  Array.from(part).reduce((sum, unit) => sum + (isExtensionCode(gsmCodeOf(unit.charCodeAt(0))) ? 2 : 1), 0);

describe('counting parts', () => {
  it.each([
    ['', 'gsm7', 0, 0],
    ['a'.repeat(160), 'gsm7', 160, 1],
    ['a'.repeat(161), 'gsm7', 161, 2],
    ['a'.repeat(306), 'gsm7', 306, 2],
    ['a'.repeat(307), 'gsm7', 307, 3],
    ['€'.repeat(80), 'gsm7', 160, 1],
    ['€'.repeat(81), 'gsm7', 162, 2],
    ['中'.repeat(70), 'ucs2', 70, 1],
    ['中'.repeat(71), 'ucs2', 71, 2],
    ['中'.repeat(134), 'ucs2', 134, 2],
    ['中'.repeat(135), 'ucs2', 135, 3],
    ['😀'.repeat(35), 'ucs2', 70, 1],
    ['😀'.repeat(36), 'ucs2', 72, 2],
  ] as const)('counts %j', (body, encoding, units, parts) => {
    expect(countParts(body)).toMatchObject({ encoding, units, parts });
  });

  it('does not cut an escape pair at septet 153', () => {
    const body = 'a'.repeat(152) + '€' + 'a'.repeat(152);
    expect(countParts(body)).toMatchObject({ units: 306, parts: 3 });
    expect(splitIntoParts(body).parts.map(septetsOf)).toEqual([152, 153, 1]);
  });

  it('does not cut a surrogate pair at unit 67', () => {
    const body = '中'.repeat(66) + '😀' + '中'.repeat(66);
    expect(countParts(body)).toMatchObject({ units: 134, characters: 133, parts: 3 });
    expect(splitIntoParts(body).parts.map((part) => part.length)).toEqual([66, 67, 1]);
  });

  it('names the first character that forces UCS-2, whole, with what to write instead', () => {
    expect(countParts('It’s 5€').firstUcs2Character).toEqual({ character: '’', index: 2, replacement: "'" });
    expect(countParts('Hi 😀').firstUcs2Character).toEqual({ character: '😀', index: 3 });
    expect(countParts('plain').firstUcs2Character).toBeUndefined();
  });

  it('agrees with an independent calculator on texts of the GSM alphabet', () => {
    fc.assert(
      fc.property(gsmText.filter(Boolean), (body) => {
        const other = new SegmentedMessage(body);
        const { encoding, units, parts } = countParts(body);
        expect([encoding, units, parts]).toEqual(['gsm7', other.numberOfCharacters, other.segmentsCount]);
      }),
    );
  });

  it('agrees with an independent calculator on texts with emoji', () => {
    fc.assert(
      fc.property(mixedText.filter(Boolean), (body) => {
        const other = new SegmentedMessage(body);
        expect(countParts(body).encoding === 'gsm7').toBe(other.getEncodingName() === 'GSM-7');
        expect(countParts(body).parts).toBe(other.segmentsCount);
      }),
    );
  });

  // The calculator keeps a cluster such as an emoji family in one part; networks do not ask for it, phones
  // join the parts before they draw, and the customer would pay for the empty room. So ours is never more.
  it('needs at most the parts of a calculator that keeps emoji families whole', () => {
    fc.assert(
      fc.property(clusteredText.filter(Boolean), (body) => {
        expect(countParts(body).parts).toBeLessThanOrEqual(new SegmentedMessage(body).segmentsCount);
      }),
    );
  });
});

describe('splitting into parts', () => {
  const shortEnough = fc
    .oneof(gsmText, mixedText, clusteredText)
    .filter((body) => countParts(body).parts <= MAX_PARTS_PER_MESSAGE);

  it('loses nothing, keeps to the room of a part, and agrees with the count', () => {
    fc.assert(
      fc.property(shortEnough, (body) => {
        const { encoding, parts } = splitIntoParts(body);
        const room = PART_UNITS[encoding][parts.length > 1 ? 'concatenated' : 'single'];
        expect(parts.join('')).toBe(body);
        expect(parts).toHaveLength(countParts(body).parts);
        for (const part of parts) {
          expect(encoding === 'gsm7' ? septetsOf(part) : part.length).toBeLessThanOrEqual(room);
          expect(part).not.toMatch(/\p{Surrogate}/u);
          expect(part).not.toBe('');
        }
      }),
    );
  });

  it('refuses more parts than a message may have', () => {
    expect(splitIntoParts('a'.repeat(1530)).parts).toHaveLength(10);
    expect(() => splitIntoParts('a'.repeat(1531))).toThrow(
      expect.objectContaining({ code: 'messages.text_too_long' }) as Error,
    );
  });
});
