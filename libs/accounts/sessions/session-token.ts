import { createHash, randomBytes } from 'node:crypto';

const TOKEN_BYTES = 32;
const TOKEN_PATTERN = /^[A-Za-z0-9_-]{43}$/;

/** A new session's secret: 256 random bits, written so that a cookie can carry them. */
export const generateSessionToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url');

/** Spares the database what cannot be a token. */
export const isSessionToken = (text: string): boolean => TOKEN_PATTERN.test(text);

export const hashSessionToken = (token: string): Buffer => createHash('sha256').update(token).digest();
