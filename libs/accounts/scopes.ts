/** What an API key may be allowed to do: scope -> sentence shown where keys are made. A member has them all. */
export const SCOPES = {
  'campaigns:read': 'See campaigns, their messages and reports',
  'campaigns:write': 'Create, launch, pause and cancel campaigns',
  'contacts:read': 'See contact lists, imports and suppressions',
  'contacts:write': 'Create contact lists, upload files and suppress numbers',
  'messages:read': 'See single messages and their receipts',
  'messages:write': 'Send single messages',
  'verifications:write': 'Send and check one-time passwords',
  'credits:read': 'See the balance and the ledger entries',
} as const;

export type Scope = keyof typeof SCOPES;

export const ALL_SCOPES = Object.keys(SCOPES) as Scope[];

export const isScope = (text: string): text is Scope => Object.hasOwn(SCOPES, text);
