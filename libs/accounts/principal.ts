import type { Scope } from './scopes.js';

/** Who makes a request: a signed-in member, or a program with an API key. All ids are uuids. */
export interface Principal {
  readonly kind: 'member' | 'api_key';
  readonly accountId: string;
  /** Set for members. */
  readonly memberId?: string;
  /** Set for API keys. */
  readonly apiKeyId?: string;
  /** API keys of test mode never reach a carrier. */
  readonly mode: 'live' | 'test';
  /** Platform admins only; never true for an API key. */
  readonly isAdmin: boolean;
  readonly isPhoneVerified: boolean;
  /** A frozen account may look, but change nothing. */
  readonly isFrozen: boolean;
  readonly scopes: readonly Scope[];
}
