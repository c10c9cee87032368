export * from './check-verification.use-case.js';
export * from './otp.module.js';
export * from './start-verification.use-case.js';
export * from './verification-errors.js';
export { CODE_PATTERN, type VerificationPurpose } from './verification-code.js';
export type { TextLocale } from './verification-text.js';
