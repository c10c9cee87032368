export * from './onboarding.module.js';
export * from './prove-phone.use-case.js';
export * from './resend-code.use-case.js';
export * from './sign-up.use-case.js';
