import { Injectable } from '@nestjs/common';
import { PLATFORM_ACCOUNT_ID } from '#accounts';
import { DomainError, type CountryCode } from '#domain';
import { StartVerificationUseCase, type StartedVerification } from '#otp';
import { Database } from '#platform';
import { readPhone } from './phone-input.js';
import { chooseTextLocale } from './text-locale.js';
import { lockUnprovedPhone } from './unproved-phone.js';

export interface ResendCodeInput {
  accountId: string;
  /** Another number, for those who mistyped theirs at sign-up. */
  phone?: string | undefined;
  acceptLanguage?: string | undefined;
}

/** Sends the code of the sign-up again, or to a corrected number. */
@Injectable()
export class ResendCodeUseCase {
  constructor(
    private readonly database: Database,
    private readonly startVerification: StartVerificationUseCase,
  ) {}

  /** @throws DomainError request.invalid | verifications.too_soon | verifications.too_many */
  execute({ accountId, phone, acceptLanguage }: ResendCodeInput): Promise<StartedVerification> {
    return this.database.inSystem(async (tx) => {
      const account = await lockUnprovedPhone(tx, accountId);
      if (!account)
        throw new DomainError('request.invalid', { sentence: 'The phone number is already proved.' });
      const to =
        phone === undefined ? account.phone : readPhone(phone, account.defaultCountry as CountryCode);
      if (to !== account.phone)
        await tx.execute(`UPDATE accounts SET phone = $2 WHERE id = $1`, [accountId, to]);
      return this.startVerification.execute(tx, {
        accountId,
        senderAccountId: PLATFORM_ACCOUNT_ID,
        to,
        purpose: 'registration',
        locale: chooseTextLocale(acceptLanguage, account.defaultCountry),
      });
    });
  }
}
