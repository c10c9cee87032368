import { decodeBase32Digit, encodeBase32Digit } from './base32.js';

/** Messages are numbered by a database bigint, which is signed. */
export const MAX_MESSAGE_ID = 2n ** 63n - 1n;

const PREFIX = 'msg_';
const DIGITS = 13;
/** Thirteen digits are cut into pieces that stay exact as JavaScript numbers: 1 + 6 + 6 digits of 5 bits. */
const PIECE_DIGITS = 6;
const PIECE_BITS = 30n;
const PIECE_MASK = (1n << PIECE_BITS) - 1n;

function encodePiece(piece: number): string {
  let text = '';
  for (let shift = 5 * (PIECE_DIGITS - 1); shift >= 0; shift -= 5) {
    text += encodeBase32Digit((piece >> shift) & 31);
  }
  return text;
}

/**
 * The public form of a message id: `msg_` and 13 base32 characters, in the order of the numbers.
 * @throws RangeError outside 0 … MAX_MESSAGE_ID (a bug of ours, never input)
 */
export function formatMessageId(id: bigint): string {
  if (id < 0n || id > MAX_MESSAGE_ID) throw new RangeError(`Message id out of range: ${id.toString()}`);
  const top = encodeBase32Digit(Number(id >> (2n * PIECE_BITS)));
  const middle = encodePiece(Number((id >> PIECE_BITS) & PIECE_MASK));
  return PREFIX + top + middle + encodePiece(Number(id & PIECE_MASK));
}

/** Reads a message id back; anything but the one spelling that formatMessageId writes is null. */
export function parseMessageId(text: string): bigint | null {
  if (text.length !== PREFIX.length + DIGITS || !text.startsWith(PREFIX)) return null;
  let high = 0;
  let low = 0;
  for (let at = PREFIX.length; at < text.length; at++) {
    const digit = decodeBase32Digit(text.charCodeAt(at));
    if (digit < 0) return null;
    if (at < text.length - PIECE_DIGITS) high = high * 32 + digit;
    else low = low * 32 + digit;
  }
  const id = (BigInt(high) << PIECE_BITS) | BigInt(low);
  return id <= MAX_MESSAGE_ID ? id : null;
}
