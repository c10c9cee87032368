import { DomainError } from '../errors/domain-error.js';
import { GSM_CODES, NOT_GSM } from './gsm-alphabet.js';
import type { TextEncoding } from './gsm-alphabet.js';
import { suggestGsmReplacement } from './gsm-replacements.js';

/** More parts than this are refused: carriers drop them, and a slip must not cost a fortune. */
export const MAX_PARTS_PER_MESSAGE = 10;

/**
 * Units (septets or UTF-16 code units) in a message of one part, and in each part of a longer one, where the
 * concatenation header takes 6 of the 140 octets (3GPP TS 23.040 §9.2.3.24.1).
 */
export const PART_UNITS = {
  gsm7: { single: 160, concatenated: 153 },
  ucs2: { single: 70, concatenated: 67 },
} as const satisfies Record<TextEncoding, { single: number; concatenated: number }>;

export interface Ucs2Cause {
  /** The whole code point, so that it can be shown. */
  readonly character: string;
  /** Position in UTF-16 code units. */
  readonly index: number;
  /** GSM text that says the same, when there is any. */
  readonly replacement?: string;
}

export interface PartsCount {
  readonly encoding: TextEncoding;
  /** Unicode code points, which is what a person would count in most scripts. */
  readonly characters: number;
  /** Septets or UTF-16 code units: what fills the parts. */
  readonly units: number;
  /** 0 for an empty text. */
  readonly parts: number;
  readonly firstUcs2Character?: Ucs2Cause;
}

export interface TextParts {
  readonly encoding: TextEncoding;
  readonly parts: string[];
}

/**
 * Encoding, units and parts of a text, without building the parts: the preview calls it for every recipient.
 * It never throws; whether the text may be sent is the question of validateMessageText.
 */
export function countParts(text: string): PartsCount {
  const length = text.length;
  let septets = length;
  for (let at = 0; at < length; at++) {
    const code = GSM_CODES[text.charCodeAt(at)] ?? NOT_GSM;
    if (code > 0xff) {
      if (code === NOT_GSM) return countUcs2Parts(text, at);
      septets++;
    }
  }
  const { single, concatenated } = PART_UNITS.gsm7;
  let parts = 1;
  if (length === 0) parts = 0;
  else if (septets > single) {
    parts = septets === length ? Math.ceil(septets / concatenated) : walkParts(text, 'gsm7');
  }
  return { encoding: 'gsm7', characters: length, units: septets, parts };
}

function countUcs2Parts(text: string, causeIndex: number): PartsCount {
  const units = text.length;
  let pairs = 0;
  for (let at = causeIndex; at < units - 1; at++) {
    if (isSurrogatePairAt(text, at)) {
      pairs++;
      at++;
    }
  }
  const { single, concatenated } = PART_UNITS.ucs2;
  let parts = 1;
  if (units > single) parts = pairs === 0 ? Math.ceil(units / concatenated) : walkParts(text, 'ucs2');
  const firstUcs2Character = explainUcs2(text, causeIndex);
  return { encoding: 'ucs2', characters: units - pairs, units, parts, firstUcs2Character };
}

function explainUcs2(text: string, index: number): Ucs2Cause {
  const character = text.slice(index, index + (isSurrogatePairAt(text, index) ? 2 : 1));
  const replacement = suggestGsmReplacement(character);
  return replacement === undefined ? { character, index } : { character, index, replacement };
}

/**
 * Cuts a text into the parts it is sent as. An escape pair or a surrogate pair is never cut, since each part
 * is decoded on its own; longer clusters (an emoji family) may be, and phones join them again.
 * @throws DomainError `messages.text_too_long` above MAX_PARTS_PER_MESSAGE
 */
export function splitIntoParts(text: string): TextParts {
  const { encoding, parts: total } = countParts(text);
  if (total > MAX_PARTS_PER_MESSAGE) throw tooManyParts(total);
  if (total <= 1) return { encoding, parts: total === 0 ? [] : [text] };
  const parts: string[] = [];
  for (let start = 0; start < text.length;) {
    const end = findPartEnd(text, encoding, start);
    parts.push(text.slice(start, end));
    start = end;
  }
  return { encoding, parts };
}

export const tooManyParts = (parts: number): DomainError =>
  new DomainError('messages.text_too_long', {
    sentence: `The text needs ${parts} parts; a message may have at most ${MAX_PARTS_PER_MESSAGE}.`,
  });

function walkParts(text: string, encoding: TextEncoding): number {
  let parts = 0;
  for (let start = 0; start < text.length; parts++) start = findPartEnd(text, encoding, start);
  return parts;
}

/** Where the part of a concatenated message that begins at `start` ends (exclusive). Always moves forward. */
function findPartEnd(text: string, encoding: TextEncoding, start: number): number {
  const room = PART_UNITS[encoding].concatenated;
  if (encoding === 'ucs2') {
    const end = Math.min(start + room, text.length);
    return end < text.length && isSurrogatePairAt(text, end - 1) ? end - 1 : end;
  }
  let end = start;
  for (let used = 0; end < text.length; end++) {
    used += (GSM_CODES[text.charCodeAt(end)] ?? NOT_GSM) > 0xff ? 2 : 1;
    if (used > room) break;
  }
  return end;
}

const isSurrogatePairAt = (text: string, at: number): boolean =>
  (text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
