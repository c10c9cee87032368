import { findTextProblem, validateMessageText } from './validate-message-text.js';

describe('a text that may be sent', () => {
  it.each(['Hello', '退訂', 'a\r\nb', '👨‍👩‍👧‍👦', '\u202eabc', 'e\u0301', 'a'.repeat(1530), '中'.repeat(670)])(
    'accepts %j',
    (text) => {
      expect(findTextProblem(text)).toBeUndefined();
    },
  );

  it.each([
    ['', 'messages.text_empty', undefined],
    [' \n\u3000', 'messages.text_empty', undefined],
    ['a\0b', 'messages.text_invalid', 1],
    ['ab\ud83d', 'messages.text_invalid', 2],
    ['\ude00ab', 'messages.text_invalid', 0],
    ['a'.repeat(1531), 'messages.text_too_long', undefined],
    ['中'.repeat(671), 'messages.text_too_long', undefined],
    ['x'.repeat(100_000), 'messages.text_too_long', undefined],
  ])('refuses %j', (text, code, index) => {
    expect(findTextProblem(text)).toMatchObject({ code });
    expect(findTextProblem(text)?.index).toBe(index);
  });

  it('names the field and the code in the error', () => {
    expect(() => validateMessageText('', 'recipients[2].body')).toThrow(
      expect.objectContaining({
        code: 'messages.text_empty',
        fields: [{ field: 'recipients[2].body', code: 'messages.text_empty', message: 'The text is empty.' }],
      }) as Error,
    );
  });
});
