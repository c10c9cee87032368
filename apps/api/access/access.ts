import { applyDecorators, createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { ApiBearerAuth, ApiCookieAuth } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Principal, Scope } from '#accounts';

/** Names of the two ways to say who calls, in the OpenAPI document. */
export const API_KEY_SCHEME = 'apiKey';
export const SESSION_SCHEME = 'session';

/** Who may use a route. A route without this marker is open to signed-in members alone. */
export type Access =
  | { readonly who: 'anybody' }
  | { readonly who: 'members'; readonly isPhoneProofNeeded: boolean }
  | { readonly who: 'members-and-keys'; readonly scopes: readonly Scope[] }
  | { readonly who: 'admins' };

export const ACCESS = Symbol('access');

const markAccess = (access: Access) => SetMetadata(ACCESS, access);

/** Nobody needs to sign in. */
export const Public = () => markAccess({ who: 'anybody' });

/** Signed-in members, and API keys that hold all these scopes. */
export const RequireScopes = (...scopes: Scope[]) =>
  applyDecorators(
    markAccess({ who: 'members-and-keys', scopes }),
    ApiBearerAuth(API_KEY_SCHEME),
    ApiCookieAuth(SESSION_SCHEME),
  );

/** Signed-in members; an API key is never enough, so that a leaked one cannot make others. */
export const MembersOnly = () =>
  applyDecorators(markAccess({ who: 'members', isPhoneProofNeeded: true }), ApiCookieAuth(SESSION_SCHEME));

/** Signed-in members, even before they proved their phone number. */
export const UnverifiedMembers = () =>
  applyDecorators(markAccess({ who: 'members', isPhoneProofNeeded: false }), ApiCookieAuth(SESSION_SCHEME));

/** Signed-in admins of the platform. */
export const AdminOnly = () => applyDecorators(markAccess({ who: 'admins' }), ApiCookieAuth(SESSION_SCHEME));

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the access guard on every route that is not public. */
    principal?: Principal;
  }
}

/** The caller, as the access guard found it. */
export const CurrentPrincipal = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { principal } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!principal) throw new Error('A public route asks for its principal.');
  return principal;
});
