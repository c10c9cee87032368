import fc from 'fast-check';
import { compileTemplate, listVariables } from './template.js';
import { MAX_VALUE_LENGTH } from './template-values.js';

const render = (source: string, values: Record<string, string | null | undefined>) =>
  compileTemplate(source).render(values);

describe('rendering a template', () => {
  it('puts values where their names stand', () => {
    expect(render('Hi {{name}}, {{ 訂單 編號 }} is ready', { name: 'Amy', '訂單 編號': 'A1' })).toEqual({
      text: 'Hi Amy, A1 is ready',
      missing: [],
      truncated: [],
    });
  });

  it.each(['name', 'Name', ' NAME ', 'ｎａｍｅ'])('finds a value under the column %j', (column) => {
    expect(render('{{ naMe }}!', { [column]: 'Amy' }).text).toBe('Amy!');
  });

  it('uses the default for absent, null and blank values', () => {
    for (const values of [{}, { name: null }, { name: ' \n' }, { name: undefined }]) {
      expect(render('Hi {{name| friend }}!', values)).toMatchObject({ text: 'Hi friend!', missing: [] });
    }
    expect(render('Hi{{name|}}!', {})).toMatchObject({ text: 'Hi!', missing: [] });
  });

  it('lists each name that has neither value nor default once', () => {
    expect(render('{{a}} {{B}} {{a}} {{c|x}}', { b: '' })).toMatchObject({
      text: '   x',
      missing: ['a', 'B'],
    });
  });

  it('never parses a value again', () => {
    expect(render('{{a}}{{b}}', { a: '{{b}}', b: '$& }}' }).text).toBe('{{b}}$& }}');
  });

  it('keeps line breaks and control characters out of the text', () => {
    expect(render('[{{a}}]', { a: '1\r\n2\n3\t4\u0000\u001b5\u20286\ud83d' }).text).toBe(
      '[1 2 3 45 6\ufffd]',
    );
  });

  it('cuts a runaway value, but never a character, and says so', () => {
    const long = 'x'.repeat(MAX_VALUE_LENGTH - 1) + '😀😀';
    expect(render('{{a}}', { a: long })).toEqual({
      text: 'x'.repeat(MAX_VALUE_LENGTH - 1),
      missing: [],
      truncated: ['a'],
    });
    expect(render('{{a}}', { a: 'x'.repeat(MAX_VALUE_LENGTH) }).truncated).toEqual([]);
  });

  it('does not find members that every object has', () => {
    expect(render('{{constructor}}{{__proto__}}{{toString}}', {}).missing).toHaveLength(3);
  });

  it('leaves single braces and text without variables alone', () => {
    expect(render('{"a": 1} {x} }', {}).text).toBe('{"a": 1} {x} }');
    expect(render('', {}).text).toBe('');
  });

  it('keeps literals and values in order, whatever they are', () => {
    const literal = fc.string({ unit: 'grapheme' }).map((part) => part.replace(/[{}]/g, ''));
    const value = fc.stringMatching(/^[a-z{}|$中]{1,20}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(literal, value), { maxLength: 20 }), literal, (pairs, tail) => {
        const source = pairs.map(([text], index) => `${text}{{v${index}}}`).join('') + tail;
        const values = Object.fromEntries(pairs.map(([, text], index) => [`V${index}`, text]));
        expect(render(source, values).text).toBe(pairs.flat().join('') + tail);
      }),
    );
  });
});

describe('reading a template', () => {
  it('lists variables once, in order, with their defaults', () => {
    expect(listVariables('{{ Name }} {{order|none}} {{name}}')).toEqual([
      { name: 'Name', key: 'name' },
      { name: 'order', key: 'order', defaultText: 'none' },
    ]);
  });

  it.each([
    ['Hi {{name', 'unclosed', 3],
    ['Hi name}}', 'unopened', 7],
    ['{{a}} }}', 'unopened', 6],
    ['{{a {{b}} }}', 'nested', 0],
    ['{{{a}}}', 'nested', 0],
    ['x{{ }}', 'name_missing', 1],
    ['{{|x}}', 'name_missing', 0],
    ['{{a\u0000b}}', 'name_invalid', 0],
    [`{{${'n'.repeat(65)}}}`, 'name_too_long', 0],
    [`{{a|${'n'.repeat(501)}}}`, 'default_too_long', 0],
    ['{{a}}'.repeat(51), 'too_many_variables', 250],
  ])('refuses %j: %s at %i', (source, problem, position) => {
    expect(() => compileTemplate(source)).toThrow(
      expect.objectContaining({ code: 'campaigns.template_invalid', problem, position }) as Error,
    );
  });

  it('accepts as many variables as it promises', () => {
    expect(compileTemplate('{{a}}'.repeat(50)).variables).toHaveLength(50);
  });
});
