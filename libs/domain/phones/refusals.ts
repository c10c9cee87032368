/** Why a cell is not a number that can receive a text: code -> sentence for the person who uploaded it. */
export const PHONE_REFUSALS = {
  'number.empty': 'The cell is empty.',
  'number.not_a_number': 'This is not a phone number.',
  'number.digits_lost':
    'The spreadsheet has rounded this number. Format the column as text and export it again.',
  'number.extension': 'A number with an extension cannot receive a text.',
  'number.too_short': 'The number has too few digits.',
  'number.too_long': 'The number has too many digits.',
  'number.unknown_country': 'No country has this calling code.',
  'number.invalid': 'No operator has given out this number.',
  'number.short_code': 'Short numbers cannot receive a text.',
  'number.landline': 'This is a landline, which cannot receive a text.',
  'number.premium': 'This is a premium-rate or shared-cost number.',
  'number.toll_free': 'This is a toll-free number, which cannot receive a text.',
  'number.satellite': 'This is a satellite number, which we do not send to.',
  'number.unsupported_type':
    'This kind of number (internet telephony, pager, voicemail) cannot receive a text.',
} as const;

export type PhoneRefusal = keyof typeof PHONE_REFUSALS;

export const isPhoneRefusal = (text: string): text is PhoneRefusal => Object.hasOwn(PHONE_REFUSALS, text);
