import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OpenedSession } from '#accounts';
import type { Settings } from '#platform';

const MAX_COOKIE_HEADER_LENGTH = 8_192;

/** Browsers take a `__Host-` cookie only over https and only from this very host, so no neighbour can plant one. */
export const sessionCookieName = ({ publicUrl }: Settings): string =>
  isSecure(publicUrl) ? '__Host-carillon' : 'carillon_session';

export function readSessionToken(request: FastifyRequest, settings: Settings): string | undefined {
  const header = request.headers.cookie;
  if (!header || header.length > MAX_COOKIE_HEADER_LENGTH) return undefined;
  const start = `${sessionCookieName(settings)}=`;
  const found = header.split(';').find((cookie) => cookie.trimStart().startsWith(start));
  return found?.trim().slice(start.length);
}

export function setSessionCookie(reply: FastifyReply, session: OpenedSession, settings: Settings): void {
  void reply.header('Set-Cookie', formatCookie(session.token, session.maxAgeSeconds, settings));
}

export function clearSessionCookie(reply: FastifyReply, settings: Settings): void {
  void reply.header('Set-Cookie', formatCookie('', 0, settings));
}

function formatCookie(value: string, maxAgeSeconds: number, settings: Settings): string {
  const secure = isSecure(settings.publicUrl) ? '; Secure' : '';
  const flags = `Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure}`;
  return `${sessionCookieName(settings)}=${value}; ${flags}`;
}

const isSecure = (publicUrl: string): boolean => publicUrl.startsWith('https:');
