import { Injectable } from '@nestjs/common';
import { AccountsReader } from '#accounts';
import { DomainError, isCountryCode, normalizePhoneNumber, PHONE_REFUSALS, type CountryCode } from '#domain';

/** Reads numbers the way the people of an account write them. */
@Injectable()
export class TypedNumbers {
  constructor(private readonly accounts: AccountsReader) {}

  /** The country whose national numbers the account writes without a country code. */
  async defaultCountry(accountId: string): Promise<CountryCode> {
    const country = (await this.accounts.find(accountId))?.defaultCountry;
    if (country === undefined || !isCountryCode(country))
      throw new Error('the account has no country that is known');
    return country;
  }

  /** @throws DomainError request.invalid on the field phone, with the reason why no text can be sent to it */
  async read(accountId: string, phone: string): Promise<{ e164: string; country: CountryCode }> {
    const number = normalizePhoneNumber(phone, await this.defaultCountry(accountId));
    if (number.ok) return number;
    const problem = { field: 'phone', code: number.reason, message: PHONE_REFUSALS[number.reason] };
    throw new DomainError('request.invalid', { fields: [problem] });
  }
}
