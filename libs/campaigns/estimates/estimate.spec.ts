import fc from 'fast-check';
import { compileTemplate, countParts } from '#domain';
import type { Recipient } from '#contacts';
import { EstimateTotals, findUnsendable } from './estimate.js';

const PRICES: Readonly<Record<string, bigint>> = { TW: 1_000n, JP: 3_000n, US: 2_500n };
const priceOf = (country: string) => PRICES[country] ?? 0n;
const NOTHING_DROPPED = { duplicates: 0, suppressed: 0 };

const name = fc.constantFrom('', 'Amy', '王小明', '😀', 'x'.repeat(200), '€'.repeat(90));
const recipients = fc.array(
  fc.record({
    phone: fc.nat(99_999).map((number) => `+88691${number}`),
    country: fc.constantFrom('TW', 'JP', 'US'),
    variables: fc.record({ name, city: name }, { requiredKeys: [] }),
  }),
  { maxLength: 30 },
);
const bodies = fc.constantFrom(
  '{{name}}',
  'Hi {{name|friend}} in {{city}}',
  'Sale! {{name}} {{name}} ✓',
  '{{ city }}',
);

function count(body: string, list: readonly Recipient[]) {
  const totals = new EstimateTotals(compileTemplate(body));
  for (const recipient of list) totals.add(recipient);
  return totals.finish(NOTHING_DROPPED, priceOf);
}

const sum = <T>(list: readonly T[], of: (one: T) => number) =>
  list.reduce((total, one) => total + of(one), 0);

describe('the estimate of a campaign', () => {
  it('says what counting each text by hand says', () => {
    fc.assert(
      fc.property(bodies, recipients, (body, list) => {
        const texts = list.map(({ country, variables }) => {
          const { text, missing } = compileTemplate(body).render(variables);
          const { parts, encoding } = countParts(text);
          return {
            country,
            parts,
            encoding,
            isMissing: missing.length > 0,
            isSendable: !findUnsendable(text),
          };
        });
        const sendable = texts.filter(({ isSendable }) => isSendable);
        const estimate = count(body, list);
        expect(estimate).toMatchObject({
          recipients: sendable.length,
          dropped: { duplicates: 0, suppressed: 0, unsendable: texts.length - sendable.length },
          encodings: {
            gsm7: sendable.filter(({ encoding }) => encoding === 'gsm7').length,
            ucs2: sendable.filter(({ encoding }) => encoding === 'ucs2').length,
          },
          parts: sum(sendable, ({ parts }) => parts),
          millipoints: String(
            sendable.reduce((total, one) => total + priceOf(one.country) * BigInt(one.parts), 0n),
          ),
        });
        expect(estimate.missingVariables.recipients).toBe(texts.filter(({ isMissing }) => isMissing).length);
      }),
    );
  });

  it('adds up, whichever way it is split', () => {
    fc.assert(
      fc.property(bodies, recipients, (body, list) => {
        const { recipients: all, parts, partsPerRecipient, destinations, millipoints } = count(body, list);
        expect(sum(Object.values(partsPerRecipient), Number)).toBe(all);
        expect(sum(Object.entries(partsPerRecipient), ([each, times]) => Number(each) * times)).toBe(parts);
        expect(sum(destinations, ({ recipients: some }) => some)).toBe(all);
        expect(sum(destinations, (one) => one.parts)).toBe(parts);
        expect(String(destinations.reduce((total, one) => total + BigInt(one.millipoints), 0n))).toBe(
          millipoints,
        );
      }),
    );
  });

  it('is the same for one text counted once and for each recipient', () => {
    const list = Array.from({ length: 5 }, (_, at) => ({
      phone: `+88691${at}`,
      country: 'TW',
      variables: {},
    }));
    const together = new EstimateTotals(compileTemplate('Hello'));
    for (const { phone } of list.slice(0, 3)) together.addText(phone, 'TW', 'Hello', 1);
    together.addText('', 'TW', 'Hello', 2);
    expect(together.finish(NOTHING_DROPPED, priceOf)).toEqual(count('Hello', list));
  });

  it('shows three samples, five examples of a missing value, and the first character that costs the GSM alphabet', () => {
    const list = Array.from({ length: 9 }, (_, at): Recipient => ({
      phone: `+88691000000${at}`,
      country: 'TW',
      variables: at === 1 ? { name: 'it’s' } : {},
    }));
    const estimate = count('Hi {{name}}', list);
    expect(estimate.samples.map(({ recipient, text }) => [recipient, text])).toEqual([
      ['+886910000000', 'Hi '],
      ['+886910000001', 'Hi it’s'],
      ['+886910000002', 'Hi '],
    ]);
    expect(estimate.firstUcs2Character).toEqual({ character: '’', replacement: "'" });
    expect(estimate.missingVariables).toEqual({
      recipients: 8,
      names: ['name'],
      examples: ['+886910000000', '+886910000002', '+886910000003', '+886910000004', '+886910000005'],
    });
  });

  it('lists the destination with the most recipients first', () => {
    const of = (country: string, phone: string) => ({ country, phone, variables: { name: 'x' } });
    const estimate = count('{{name}}', [
      of('JP', '+81'),
      of('TW', '+8861'),
      of('TW', '+8862'),
      of('US', '+1'),
    ]);
    expect(estimate.destinations.map(({ country }) => country)).toEqual(['TW', 'JP', 'US']);
  });
});
