import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { PrincipalReader, type Principal } from '#accounts';
import { DomainError } from '#domain';
import { SETTINGS, type Settings } from '#platform';
import { ACCESS, type Access } from './access.js';
import { refuseForeignOrigin } from './own-origin.js';
import { readSessionToken } from './session-cookie.js';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
/** What a route without a marker gets: the strictest rule that a customer can still pass. */
const DEFAULT_ACCESS: Access = { who: 'members', isPhoneProofNeeded: true };

/** Runs before every controller: finds out who calls and whether they may. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly principals: PrincipalReader,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const access =
      this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [
        context.getHandler(),
        context.getClass(),
      ]) ?? DEFAULT_ACCESS;
    const isReading = SAFE_METHODS.has(request.method);
    // A key is sent on purpose; a cookie goes along with any request a page can make a browser send.
    if (!isReading && !request.headers.authorization) refuseForeignOrigin(request, this.settings.publicUrl);
    if (access.who === 'anybody') return true;
    const principal = await this.#findPrincipal(request);
    refuseUnless(principal, access);
    if (principal.isFrozen && !isReading && access.who !== 'admins')
      throw new DomainError('auth.forbidden', { sentence: 'This account is frozen. Please contact us.' });
    request.principal = principal;
    return true;
  }

  async #findPrincipal(request: FastifyRequest): Promise<Principal> {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const [, key = ''] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
      return this.principals.findByApiKey(key);
    }
    const token = readSessionToken(request, this.settings);
    const principal = token === undefined ? undefined : await this.principals.findBySession(token);
    if (!principal) throw new DomainError('auth.required');
    return principal;
  }
}

function refuseUnless(principal: Principal, access: Exclude<Access, { who: 'anybody' }>): void {
  if (access.who === 'admins') {
    if (principal.kind !== 'member' || !principal.isAdmin) throw new DomainError('auth.forbidden');
    return;
  }
  if (access.who === 'members') {
    if (principal.kind !== 'member')
      throw new DomainError('auth.forbidden', { sentence: 'Sign in for this: an API key is not enough.' });
    if (access.isPhoneProofNeeded && !principal.isPhoneVerified)
      throw new DomainError('auth.phone_unverified');
    return;
  }
  if (!principal.isPhoneVerified) throw new DomainError('auth.phone_unverified');
  const missing = access.scopes.filter((scope) => !principal.scopes.includes(scope));
  if (missing.length > 0)
    throw new DomainError('auth.scope_missing', { sentence: `This API key lacks ${missing.join(', ')}.` });
}
