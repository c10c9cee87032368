export * from './adjust-credits.use-case.js';
export * from './credits.module.js';
export * from './credits.reader.js';
export * from './expire-credits.use-case.js';
export * from './grant-credits.use-case.js';
export * from './holds.reader.js';
export type * from './ledger-requests.js';
export * from './ledger.repository.js';

export * from './prices/price-snapshot.js';
export * from './prices/price.reader.js';
export * from './top-up-credits.use-case.js';
export * from './verification/ledger-checks.js';
export type * from './verification/ledger-report.js';
export * from './verification/verify-ledger.use-case.js';
export * from './verification/schedule-verification.use-case.js';
