import { Module } from '@nestjs/common';
import { AccountsModule } from '#accounts';
import { CreditsModule } from '#credits';
import { OtpModule } from '#otp';
import { ProvePhoneUseCase } from './prove-phone.use-case.js';
import { ResendCodeUseCase } from './resend-code.use-case.js';
import { SignUpUseCase } from './sign-up.use-case.js';

const providers = [ProvePhoneUseCase, ResendCodeUseCase, SignUpUseCase];

/** Sign-up, phone proof and trial: the one place that knows accounts, codes and credits together. */
@Module({ imports: [AccountsModule, CreditsModule, OtpModule], providers, exports: providers })
export class OnboardingModule {}
