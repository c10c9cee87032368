const MILLISECONDS_PER_DAY = 86_400_000;

/** Excel's day 0 when it is read as days after 30 December 1899, which makes 1 March 1900 and later right. */
const EPOCH_1900 = Date.UTC(1899, 11, 30);
const EPOCH_1904 = Date.UTC(1904, 0, 1);

/** The last day that Excel can show, 31 December 9999. */
const LAST_DAY = 2_958_465;

/** Number formats of the standard (ECMA-376, 18.8.30), with those of its East Asian locales, that show dates or times. */
const DATE_FORMAT_IDS = [
  [14, 22],
  [27, 36],
  [45, 47],
  [50, 58],
] as const;

/**
 * Renders the stored number of a cell as a person would type it: no scientific notation, and 15 significant digits as
 * Excel shows them. A run of digits is kept as it is, so that a long number loses nothing.
 */
export function renderNumber(stored: string): string {
  if (/^-?\d+$/.test(stored)) return stored;
  const value = Number(stored);
  if (stored.trim() === '' || !Number.isFinite(value)) return stored;
  const [mantissa = '0', exponent = '0'] = value.toExponential(14).split('e');
  const digits = mantissa.replace(/[-.]/g, '').replace(/0+$/, '') || '0';
  const sign = value < 0 ? '-' : '';
  return sign + placePoint(digits, Number(exponent) + 1);
}

/** Puts the decimal point behind the first `whole` digits, with zeros where there are none. */
function placePoint(digits: string, whole: number): string {
  if (whole <= 0) return digits === '0' ? '0' : `0.${'0'.repeat(-whole)}${digits}`;
  if (digits.length <= whole) return digits.padEnd(whole, '0');
  return `${digits.slice(0, whole)}.${digits.slice(whole)}`;
}

/** Whether a number format, by id and by its code when it is a custom one, shows a date or a time of day. */
export function isDateFormat(id: number, code: string | undefined): boolean {
  if (code === undefined) return DATE_FORMAT_IDS.some(([first, last]) => id >= first && id <= last);
  const letters = code.replace(/"[^"]*"|\\.|\[[^\]]*\]|_.|\*./g, '');
  return /[ymdhs]/i.test(letters) && !/general/i.test(letters);
}

/** Renders a date cell as ISO 8601 without a zone (`2026-03-01`, `2026-03-01T09:30:00`); times of day as `09:30:00`. */
export function renderDate(stored: string, usesDate1904: boolean): string {
  const days = Number(stored);
  if (stored.trim() === '' || !(days >= 0 && days <= LAST_DAY)) return renderNumber(stored);
  const epoch = usesDate1904 ? EPOCH_1904 : EPOCH_1900;
  const seconds = Math.round((days * MILLISECONDS_PER_DAY) / 1000);
  const iso = new Date(epoch + seconds * 1000).toISOString();
  if (days < 1) return iso.slice(11, 19);
  return Number.isInteger(days) ? iso.slice(0, 10) : iso.slice(0, 19);
}
