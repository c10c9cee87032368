import { createHash, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { formatId, parseId } from '#domain';

export type ApiKeyMode = 'live' | 'test';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 33 characters of base62 are 196 random bits. */
const SECRET_LENGTH = 33;
const PATTERN = /^carillon_(live|test)_([0-9a-z]{26})_([0-9A-Za-z]{33})_([0-9a-f]{8})$/;

/**
 * Writes a new key: `carillon_<mode>_<id>_<secret>_<crc32>`. The id finds the row without an index on the hash; the
 * checksum lets secret scanners tell a real key from a look-alike.
 *
 * @param id the key's uuid
 */
export function generateApiKey(mode: ApiKeyMode, id: string): string {
  const secret = Array.from({ length: SECRET_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  const body = `carillon_${mode}_${formatId('key', id).slice('key_'.length)}_${secret}`;
  return `${body}_${checksumOf(body)}`;
}

/** @returns the key's uuid, or null for what cannot be one of our keys */
export function readApiKeyId(key: string): string | null {
  const match = PATTERN.exec(key);
  const [, , id = '', , checksum] = match ?? [];
  if (!match || checksumOf(key.slice(0, key.lastIndexOf('_'))) !== checksum) return null;
  return parseId('key', `key_${id}`);
}

export const hashApiKey = (key: string): Buffer => createHash('sha256').update(key).digest();

const checksumOf = (text: string): string => crc32(text).toString(16).padStart(8, '0');
