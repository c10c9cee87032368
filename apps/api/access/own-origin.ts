import type { FastifyRequest } from 'fastify';
import { DomainError } from '#domain';

/**
 * Refuses what another site's page makes a browser send with our cookie. Programs send neither header and pass.
 * @throws DomainError auth.origin_refused
 */
export function refuseForeignOrigin(request: FastifyRequest, publicUrl: string): void {
  const { origin, host } = request.headers;
  if (request.headers['sec-fetch-site'] === 'cross-site') throw new DomainError('auth.origin_refused');
  if (origin === undefined) return;
  if (origin === new URL(publicUrl).origin) return;
  if (!URL.canParse(origin) || new URL(origin).host !== host) throw new DomainError('auth.origin_refused');
}
