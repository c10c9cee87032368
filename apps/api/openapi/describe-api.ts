import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import { API_KEY_SCHEME, SESSION_SCHEME } from '../access/access.js';
import { problemSchema } from './problem-response.js';

const DESCRIPTION = `Broadcasts, single messages and one-time passwords over SMS, paid with prepaid points.

Ids are prefixed strings, points are decimal strings, lists page by \`cursor\`. Errors are problem documents (RFC 9457)
with a stable \`code\`. A POST that costs or sends needs an \`Idempotency-Key\`: repeated with the same body it gives the
first answer again, with \`Idempotent-Replayed: true\`.`;

/** Builds the OpenAPI document from the controllers and their zod schemas. */
export function describeApi(app: NestFastifyApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Carillon')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key' }, API_KEY_SCHEME)
    .addCookieAuth('carillon_session', { type: 'apiKey', in: 'cookie' }, SESSION_SCHEME)
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (controller, method) =>
      `${controller.replace(/Controller$/, '').replace(/^./, (letter) => letter.toLowerCase())}_${method}`,
    standardSchemaConverter: convertSchema,
  });
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, Problem: problemSchema },
  };
  return document;
}

/** A schema with `.meta({ id })` becomes a named component; others stay where they are used. */
function convertSchema(schema: unknown, { schemaType }: { schemaType: 'input' | 'output' }) {
  if (!(schema instanceof z.ZodType)) return undefined;
  const options = { target: 'openapi-3.0', io: schemaType, unrepresentable: 'any' } as const;
  const { definitions, ...root } = z.toJSONSchema(schema, options) as Record<string, unknown>;
  const id = z.globalRegistry.get(schema)?.id;
  const components = { ...(definitions as Record<string, unknown>) };
  if (!id) return { schema: root, components };
  // zod puts a named root among the definitions only when it needs to.
  return { schema: { $ref: `#/components/schemas/${id}` }, components: { [id]: root, ...components } };
}
