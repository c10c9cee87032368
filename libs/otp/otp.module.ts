import { Module } from '@nestjs/common';
import { MessagingModule } from '#messaging';
import { CheckVerificationUseCase } from './check-verification.use-case.js';
import { StartVerificationUseCase } from './start-verification.use-case.js';

const providers = [CheckVerificationUseCase, StartVerificationUseCase];

/** One-time passwords. */
@Module({ imports: [MessagingModule], providers, exports: providers })
export class OtpModule {}
