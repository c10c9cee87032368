/** Behind every digit in byte order, so that a range can end behind all numbers with a prefix. */
const BEHIND_DIGITS = '~';
/** What people put between digits. */
const SEPARATORS = /[\s().-]+/g;

/** What a person types to find numbers ("886 912", "+886912") as the beginning of E.164 numbers. */
export function toPhonePrefix(search: string): string {
  const typed = search.normalize('NFKC').replace(SEPARATORS, '');
  return typed.startsWith('+') ? typed : `+${typed}`;
}

/** The first text behind all that begin with the prefix, in byte order. */
export const endOfPrefix = (prefix: string): string => prefix + BEHIND_DIGITS;
