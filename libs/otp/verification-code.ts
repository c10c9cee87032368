import { randomInt } from 'node:crypto';
import type { SecretBox } from '#platform';

export const CODE_DIGITS = 6;
export const CODE_PATTERN = /^[0-9]{6}$/;

/** The purpose that keys the MAC of codes, apart from every other MAC of this installation. */
const MAC_PURPOSE = 'verification-code';

/** Everything a code is bound to: moved to another account, number, purpose or verification it is worth nothing. */
export interface CodeBinding {
  accountId: string;
  verificationId: string;
  to: string;
  purpose: VerificationPurpose;
}

export type VerificationPurpose = 'registration';

/** Six digits from the system's random source, leading zeros included. */
export const generateCode = (): string =>
  randomInt(10 ** CODE_DIGITS)
    .toString()
    .padStart(CODE_DIGITS, '0');

/** HMAC-SHA256 under a key outside the database: a stolen table cannot be searched for its million possible codes. */
export const computeCodeMac = (secrets: SecretBox, binding: CodeBinding, code: string): Buffer =>
  secrets.mac(
    MAC_PURPOSE,
    [binding.accountId, binding.verificationId, binding.to, binding.purpose, code].join('|'),
  );
