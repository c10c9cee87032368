import { isDomainError } from '#domain';
import { validatePassword } from './password-rules.js';

const problemOf = (password: string): string | undefined => {
  try {
    validatePassword(password, 'owner@shop.example');
    return undefined;
  } catch (error) {
    return isDomainError(error) ? error.fields[0]?.code : String(error);
  }
};

describe('a password', () => {
  it.each([
    ['seven77', 'too_short'],
    ['x'.repeat(257), 'too_long'],
    ['Password123', 'too_common'],
    ['OWNER@shop.example', 'too_common'],
  ])('%s is refused', (password, code) => {
    expect(problemOf(password)).toBe(code);
  });

  it.each(['eight888', 'x'.repeat(256), '正確的馬電池釘書針', 'correct horse battery staple'])(
    '%s is taken',
    (password) => {
      expect(problemOf(password)).toBeUndefined();
    },
  );

  it('counts characters, not UTF-16 units', () => {
    expect(problemOf('😀'.repeat(7))).toBe('too_short');
    expect(problemOf('😀'.repeat(8))).toBeUndefined();
  });
});
