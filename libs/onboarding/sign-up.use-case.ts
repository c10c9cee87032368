import { Inject, Injectable } from '@nestjs/common';
import {
  AttemptLimiter,
  OpenSessionUseCase,
  PasswordHasher,
  PLATFORM_ACCOUNT_ID,
  RegisterAccountUseCase,
  validatePassword,
  type SignedIn,
} from '#accounts';
import { DomainError, isCountryCode } from '#domain';
import { StartVerificationUseCase, type StartedVerification } from '#otp';
import { Database, SETTINGS, type Settings } from '#platform';
import { readPhone } from './phone-input.js';
import { chooseTextLocale } from './text-locale.js';

export interface SignUpInput {
  email: string;
  password: string;
  company: string;
  phone: string;
  /** ISO country that reads the phone number; the installation's when left out. */
  country?: string | undefined;
  acceptLanguage?: string | undefined;
  /** Address of the caller, for the limits against abuse. */
  ip: string;
}

export type SignedUp = SignedIn & { phoneVerification: StartedVerification };

/** A business signs up: account, first member, session, and a code on its way to the phone; or nothing of it. */
@Injectable()
export class SignUpUseCase {
  constructor(
    private readonly database: Database,
    private readonly attempts: AttemptLimiter,
    private readonly hasher: PasswordHasher,
    private readonly registerAccount: RegisterAccountUseCase,
    private readonly openSession: OpenSessionUseCase,
    private readonly startVerification: StartVerificationUseCase,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws DomainError request.invalid | auth.email_taken | rate.limited | verifications.too_many */
  async execute(input: SignUpInput): Promise<SignedUp> {
    await this.attempts.count('signUpByIp', [input.ip]);
    const country = input.country ?? this.settings.defaultCountry;
    if (!isCountryCode(country)) throw unknownCountry();
    const { email, company } = input;
    const phone = readPhone(input.phone, country);
    validatePassword(input.password, email);
    const passwordHash = await this.hasher.hash(input.password);
    const locale = chooseTextLocale(input.acceptLanguage, country);
    return this.database.inSystem(async (tx) => {
      const registration = { company, email, passwordHash, country, phone };
      const { account, member } = await this.registerAccount.execute(tx, registration);
      const phoneVerification = await this.startVerification.execute(tx, {
        accountId: account.id,
        senderAccountId: PLATFORM_ACCOUNT_ID,
        to: phone,
        purpose: 'registration',
        locale,
      });
      return { account, member, phoneVerification, session: await this.openSession.execute(tx, member) };
    });
  }
}

const unknownCountry = (): DomainError =>
  new DomainError('request.invalid', {
    fields: [{ field: 'country', code: 'unknown', message: 'This is not an ISO country code such as TW.' }],
  });
