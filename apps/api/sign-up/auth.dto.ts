import { z } from 'zod';
import type { Account, Member } from '#accounts';
import { formatId } from '#domain';
import { CODE_PATTERN, type StartedVerification } from '#otp';
import { lineOfText, momentField } from '../http/fields.js';

const MAX_EMAIL_LENGTH = 254;
/** Longer than any rule allows, so that the rule can say what is wrong; shorter than what would cost time to hash. */
const MAX_PASSWORD_INPUT = 1_024;
const MAX_PHONE_INPUT = 64;

const email = z.string().trim().max(MAX_EMAIL_LENGTH).pipe(z.email()).meta({ example: 'owner@shop.example' });
const password = z.string().min(1).max(MAX_PASSWORD_INPUT).meta({ description: '8 to 256 characters' });
const phone = lineOfText(MAX_PHONE_INPUT).meta({ example: '0912-345-678' });

export const signUpBody = z
  .strictObject({
    email,
    password,
    company: lineOfText(200),
    phone,
    country: z
      .string()
      .regex(/^[A-Z]{2}$/, 'An ISO country code such as TW.')
      .optional()
      .meta({ description: 'Reads the phone number, and those of later imports', example: 'TW' }),
  })
  .meta({ id: 'SignUp' });
export type SignUpBody = z.output<typeof signUpBody>;

export const signInBody = z.strictObject({ email, password }).meta({ id: 'SignIn' });
export type SignInBody = z.output<typeof signInBody>;

export const resendCodeBody = z
  .strictObject({
    phone: phone.optional().meta({ description: 'Another number, when the first was mistyped' }),
  })
  .nullish()
  .meta({ id: 'ResendCode' });
export type ResendCodeBody = z.output<typeof resendCodeBody>;

export const checkCodeBody = z
  .strictObject({ code: z.string().trim().regex(CODE_PATTERN, 'A code has six digits.') })
  .meta({ id: 'CheckCode' });
export type CheckCodeBody = z.output<typeof checkCodeBody>;

export const accountView = z
  .object({
    id: z.string(),
    name: z.string(),
    defaultCountry: z.string(),
    phone: z.string().nullable().meta({ description: 'Masked' }),
    phoneVerified: z.boolean(),
    frozen: z.boolean(),
    createdAt: momentField,
  })
  .meta({ id: 'Account' });

export const memberView = z
  .object({ id: z.string(), email: z.string(), isAdmin: z.boolean() })
  .meta({ id: 'Member' });

export const phoneVerificationView = z
  .object({
    to: z.string().meta({ description: 'Masked' }),
    expiresAt: momentField,
    resendAfterSeconds: z.int(),
    attemptsLeft: z.int(),
  })
  .meta({ id: 'PhoneVerification' });

export const signedInView = z.object({ account: accountView, member: memberView }).meta({ id: 'SignedIn' });
export const signedUpView = z
  .object({ account: accountView, member: memberView, phoneVerification: phoneVerificationView })
  .meta({ id: 'SignedUp' });
export const phoneProofView = z
  .object({
    phoneVerified: z.literal(true),
    trialGranted: z.boolean().meta({ description: 'False when this number has had its trial before' }),
  })
  .meta({ id: 'PhoneProof' });

export function presentAccount(account: Account): z.input<typeof accountView> {
  return {
    id: formatId('acc', account.id),
    name: account.name,
    defaultCountry: account.defaultCountry,
    phone: account.phone === null ? null : maskPhone(account.phone),
    phoneVerified: account.phoneVerifiedAt !== null,
    frozen: account.frozenAt !== null,
    createdAt: account.createdAt.toISOString(),
  };
}

export const presentMember = ({ id, email, isAdmin }: Member): z.input<typeof memberView> => ({
  id: formatId('mem', id),
  email,
  isAdmin,
});

export const presentVerification = (verification: StartedVerification) => ({
  to: maskPhone(verification.to),
  expiresAt: verification.expiresAt.toISOString(),
  resendAfterSeconds: verification.resendAfterSeconds,
  attemptsLeft: verification.attemptsLeft,
});

const VISIBLE_START = 4;
const VISIBLE_END = 3;

/** +886912345678 -> +886******678: enough for its owner, useless to who looks over the shoulder. */
export const maskPhone = (e164: string): string =>
  e164.slice(0, VISIBLE_START) +
  '*'.repeat(Math.max(0, e164.length - VISIBLE_START - VISIBLE_END)) +
  e164.slice(-VISIBLE_END);
