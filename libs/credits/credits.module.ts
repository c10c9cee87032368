import { Module } from '@nestjs/common';
import { AdjustCreditsUseCase } from './adjust-credits.use-case.js';
import { CreditsReader } from './credits.reader.js';
import { ExpireCreditsUseCase } from './expire-credits.use-case.js';
import { GrantCreditsUseCase } from './grant-credits.use-case.js';
import { HoldsReader } from './holds.reader.js';
import { Ledger } from './ledger.repository.js';
import { PriceReader } from './prices/price.reader.js';
import { TopUpCreditsUseCase } from './top-up-credits.use-case.js';
import { LedgerChecks } from './verification/ledger-checks.js';
import { ScheduleVerificationUseCase } from './verification/schedule-verification.use-case.js';
import { VerifyLedgerUseCase } from './verification/verify-ledger.use-case.js';

const providers = [
  Ledger,
  LedgerChecks,
  CreditsReader,
  HoldsReader,
  PriceReader,
  GrantCreditsUseCase,
  TopUpCreditsUseCase,
  AdjustCreditsUseCase,
  ExpireCreditsUseCase,
  ScheduleVerificationUseCase,
  VerifyLedgerUseCase,
];

/** Prepaid credit: wallets, the ledger behind them, and prices. */
@Module({ providers, exports: providers })
export class CreditsModule {}
