import { DomainError, normalizePhoneNumber, PHONE_REFUSALS, type CountryCode } from '#domain';

/**
 * Reads the phone number of a form.
 * @returns E.164
 * @throws DomainError request.invalid on the field `phone`, with the reason as its code
 */
export function readPhone(text: string, country: CountryCode): string {
  const result = normalizePhoneNumber(text, country);
  if (result.ok) return result.e164;
  throw new DomainError('request.invalid', {
    fields: [{ field: 'phone', code: result.reason, message: PHONE_REFUSALS[result.reason] }],
  });
}
