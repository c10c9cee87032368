import { z } from 'zod';
import { formatId } from '#domain';
import { ALL_SCOPES, type ApiKey } from '#accounts';
import { lineOfText, momentField } from '../http/fields.js';

const scopes = z.array(z.enum(ALL_SCOPES)).min(1).max(ALL_SCOPES.length);

export const createApiKeyBody = z
  .strictObject({
    name: lineOfText(100),
    scopes: scopes.transform((chosen) => [...new Set(chosen)]),
    mode: z.enum(['live', 'test']).default('live'),
    expiresAt: z.iso.datetime({ offset: true }).nullish().meta({ description: 'Never, when left out' }),
  })
  .meta({ id: 'CreateApiKey' });

export type CreateApiKeyBody = z.output<typeof createApiKeyBody>;

const apiKeyFields = {
  id: z.string().meta({ example: 'key_01k2m8z5t3e8s9r4q7w6x5y4z3' }),
  name: z.string(),
  mode: z.enum(['live', 'test']),
  scopes: z.array(z.enum(ALL_SCOPES)),
  last4: z.string().meta({ description: 'The last characters of the key' }),
  expiresAt: momentField.nullable(),
  revokedAt: momentField.nullable(),
  lastUsedAt: momentField.nullable().meta({ description: 'Exact to a minute' }),
  createdAt: momentField,
};

export const apiKeyView = z.object(apiKeyFields).meta({ id: 'ApiKey' });
export const createdApiKeyView = z
  .object({ ...apiKeyFields, key: z.string().meta({ description: 'Shown this once' }) })
  .meta({ id: 'CreatedApiKey' });
export const apiKeysView = z.object({ data: z.array(apiKeyView), nextCursor: z.null() });

export function presentApiKey(apiKey: ApiKey): z.input<typeof apiKeyView> {
  return {
    id: formatId('key', apiKey.id),
    name: apiKey.name,
    mode: apiKey.mode,
    scopes: apiKey.scopes,
    last4: apiKey.last4,
    expiresAt: apiKey.expiresAt?.toISOString() ?? null,
    revokedAt: apiKey.revokedAt?.toISOString() ?? null,
    lastUsedAt: apiKey.lastUsedAt?.toISOString() ?? null,
    createdAt: apiKey.createdAt.toISOString(),
  };
}
