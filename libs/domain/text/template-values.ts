/** Longer values are cut: one runaway cell must not turn a text into ten parts. */
export const MAX_VALUE_LENGTH = 500;

/** Control characters, the two Unicode line separators, and surrogates without a partner. */
const NEEDS_CLEANING = /[\p{Cc}\u2028\u2029\p{Surrogate}]/u;
const LINE_BREAKS_AND_TABS = /\r\n|[\t\n\v\f\r\u0085\u2028\u2029]/g;
const CONTROL_CHARACTERS = /\p{Cc}/gu;
const LONE_SURROGATES = /\p{Surrogate}/gu;

/**
 * A value as it goes into a text: line breaks and tabs become spaces, because a cell must not be able to lay
 * out the message; NUL and other control characters go, a cut emoji becomes U+FFFD. Blanks around it go too.
 */
export function cleanTemplateValue(value: string): string {
  const trimmed = value.trim();
  if (!NEEDS_CLEANING.test(trimmed)) return trimmed;
  return trimmed
    .replace(LINE_BREAKS_AND_TABS, ' ')
    .replace(CONTROL_CHARACTERS, '')
    .replace(LONE_SURROGATES, '\ufffd')
    .trim();
}

/** The first MAX_VALUE_LENGTH code units, one less where the cut would fall into a surrogate pair. */
export function cutTemplateValue(value: string): string {
  const isPairCut = (value.charCodeAt(MAX_VALUE_LENGTH - 1) & 0xfc00) === 0xd800;
  return value.slice(0, isPairCut ? MAX_VALUE_LENGTH - 1 : MAX_VALUE_LENGTH);
}

/** Names seen lately; columns and variables repeat for a million rows, so folding them again would dominate. */
const MAX_REMEMBERED_NAMES = 1000;
const foldedNames = new Map<string, string>();

/** The key under which two spellings of a name are the same: trimmed, half-width, lower case, single spaces. */
export function normalizeVariableName(name: string): string {
  const known = foldedNames.get(name);
  if (known !== undefined) return known;
  const folded = name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();
  if (foldedNames.size >= MAX_REMEMBERED_NAMES) foldedNames.clear();
  foldedNames.set(name, folded);
  return folded;
}
