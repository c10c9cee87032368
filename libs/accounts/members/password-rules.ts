import { DomainError } from '#domain';
import { COMMON_PASSWORDS } from './common-passwords.js';

export const MIN_PASSWORD_LENGTH = 8;
export const MAX_PASSWORD_LENGTH = 256;

/**
 * Length and a list of the most guessed passwords; no rules about kinds of characters, which only make passwords
 * harder to remember (OWASP, NIST SP 800-63B).
 *
 * @throws DomainError request.invalid on the field `password`
 */
export function validatePassword(password: string, email: string): void {
  const problem = findPasswordProblem(password, email);
  if (problem) throw new DomainError('request.invalid', { fields: [{ field: 'password', ...problem }] });
}

function findPasswordProblem(password: string, email: string): { code: string; message: string } | undefined {
  const length = [...password].length;
  if (length < MIN_PASSWORD_LENGTH)
    return { code: 'too_short', message: `A password has at least ${MIN_PASSWORD_LENGTH} characters.` };
  if (length > MAX_PASSWORD_LENGTH)
    return { code: 'too_long', message: `A password has at most ${MAX_PASSWORD_LENGTH} characters.` };
  const folded = password.toLowerCase();
  if (COMMON_PASSWORDS.has(folded))
    return { code: 'too_common', message: 'This password is among the first that anybody would try.' };
  if (folded === email.toLowerCase())
    return { code: 'too_common', message: 'The password must not be the e-mail address.' };
  return undefined;
}
