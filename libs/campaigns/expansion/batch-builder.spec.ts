import fc from 'fast-check';
import { compileTemplate, countParts } from '#domain';
import { messageIdAt } from '#messaging';
import { buildBatch, type BatchPlan } from './batch-builder.js';

const ACCOUNT = '018f0000-0000-7000-8000-000000000001';

function plan(body: string): BatchPlan {
  const template = compileTemplate(body);
  return {
    accountId: ACCOUNT,
    template,
    sharedBody: template.variables.length === 0 ? template.render({}).text : null,
    priceOf: (country) => (country === 'TW' ? 1_000n : 3_000n),
  };
}

const recipients = fc.uniqueArray(
  fc.record({
    phone: fc.nat(9_999).map((number) => `+88691${number}`),
    country: fc.constantFrom('TW', 'JP'),
    variables: fc.record({ name: fc.constantFrom('', 'Amy', '王'.repeat(80), 'x'.repeat(300)) }),
  }),
  { selector: ({ phone }) => phone, minLength: 1, maxLength: 500 },
);
const bodies = fc.constantFrom('Hello', '{{name}}', 'Hi {{name}}', '✓ {{name}} {{name}} {{name}} {{name}}');

describe('a batch', () => {
  it('has each recipient once, in order, numbered by place', () => {
    fc.assert(
      fc.property(bodies, recipients, fc.bigInt({ min: 1n, max: 2n ** 40n }), (body, list, id) => {
        const { messages, size } = buildBatch(id, list, plan(body));
        expect(size).toBe(list.length);
        expect(messages.recipients).toEqual(list.map(({ phone }) => phone));
        expect(messages.ids).toEqual(list.map((_, place) => messageIdAt(id, place)));
        for (const column of Object.values(messages)) expect(column).toHaveLength(list.length);
      }),
    );
  });

  it('counts and prices each message by its own text; one that cannot be sent is refused and free', () => {
    fc.assert(
      fc.property(bodies, recipients, (body, list) => {
        const { messages, parts, price, refused } = buildBatch(1n, list, plan(body));
        for (const [place, { country, variables }] of list.entries()) {
          const { text } = compileTemplate(body).render(variables);
          const counted = countParts(text).parts;
          const isSendable = text.trim() !== '' && counted <= 10;
          expect(messages.parts[place]).toBe(isSendable ? counted : 0);
          expect(messages.prices[place]).toBe(
            isSendable ? BigInt(counted) * (country === 'TW' ? 1_000n : 3_000n) : 0n,
          );
          expect(messages.problems[place] === null).toBe(isSendable);
        }
        expect(parts).toBe(messages.parts.reduce((sum, one) => sum + one, 0));
        expect(price).toBe(messages.prices.reduce((sum, one) => sum + one, 0n));
        expect(refused).toBe(messages.problems.filter((problem) => problem !== null).length);
      }),
    );
  });

  it('keeps a text that all share once, and texts of their own with each message', () => {
    const list = [{ phone: '+886912345678', country: 'TW', variables: { name: 'Amy' } }];
    expect(buildBatch(1n, list, plan('Hello')).messages.bodies).toEqual([null]);
    expect(buildBatch(1n, list, plan('Hi {{name}}')).messages.bodies).toEqual(['Hi Amy']);
  });

  it('refuses, free of charge, what goes to a country nothing is sold to', () => {
    const closed = {
      ...plan('Hello'),
      priceOf: (country: string) => (country === 'TW' ? 1_000n : undefined),
    };
    const list = ['TW', 'KP'].map((country, place) => ({ phone: `+88691${place}`, country, variables: {} }));
    const { messages, parts, price, refused } = buildBatch(1n, list, closed);
    expect({ parts, price, refused }).toEqual({ parts: 1, price: 1_000n, refused: 1 });
    expect(messages.problems).toEqual([null, 'messages.destination_unpriced']);
  });
});
