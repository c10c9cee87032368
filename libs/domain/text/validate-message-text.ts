import { DomainError } from '../errors/domain-error.js';
import { MAX_PARTS_PER_MESSAGE, countParts, tooManyParts } from './parts.js';

export interface TextProblem {
  readonly code: 'messages.text_empty' | 'messages.text_invalid' | 'messages.text_too_long';
  readonly sentence: string;
  /** Position of the character to remove, in UTF-16 code units. */
  readonly index?: number;
}

/** In Unicode mode this class matches only surrogates that have no partner. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Why a text, ready to send, may not be sent; undefined when it may. A lone surrogate is refused rather than
 * replaced: it means that a program cut an emoji in half, and the customer should see it before it is paid for.
 */
export function findTextProblem(text: string): TextProblem | undefined {
  if (text.trim() === '') return { code: 'messages.text_empty', sentence: 'The text is empty.' };
  const nul = text.indexOf('\0');
  if (nul >= 0) {
    return {
      code: 'messages.text_invalid',
      sentence: `The text contains a NUL character at position ${nul + 1}.`,
      index: nul,
    };
  }
  const { encoding, parts } = countParts(text);
  if (parts > MAX_PARTS_PER_MESSAGE) {
    return { code: 'messages.text_too_long', sentence: tooManyParts(parts).sentence };
  }
  const surrogate = encoding === 'ucs2' ? text.search(LONE_SURROGATE) : -1;
  if (surrogate < 0) return undefined;
  return {
    code: 'messages.text_invalid',
    sentence: `The text contains half of a character (probably a cut emoji) at position ${surrogate + 1}.`,
    index: surrogate,
  };
}

/**
 * @param field the field that the error names
 * @throws DomainError `messages.text_empty`, `messages.text_invalid` or `messages.text_too_long`
 */
export function validateMessageText(text: string, field = 'body'): void {
  const problem = findTextProblem(text);
  if (problem === undefined) return;
  throw new DomainError(problem.code, {
    sentence: problem.sentence,
    fields: [{ field, code: problem.code, message: problem.sentence }],
  });
}
