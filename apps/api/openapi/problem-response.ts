import { ApiResponse } from '@nestjs/swagger';
import { ERROR_CATALOGUE } from '#domain';

/** Written as JSON schema, since it is no input and no route returns it as a value. */
export const problemSchema = {
  type: 'object',
  description: 'RFC 9457 problem document',
  required: ['type', 'title', 'status', 'code', 'detail', 'instance'],
  properties: {
    type: { type: 'string', example: 'urn:carillon:problem:request.invalid' },
    title: { type: 'string' },
    status: { type: 'integer', example: 400 },
    code: { type: 'string', description: 'Stable; decide on this', enum: Object.keys(ERROR_CATALOGUE) },
    detail: { type: 'string' },
    instance: { type: 'string', description: 'Names this occurrence; tell it to support' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['field', 'message'],
        properties: {
          field: { type: 'string', example: 'recipients[3].to' },
          code: { type: 'string' },
          message: { type: 'string' },
        },
      },
    },
    attemptsLeft: { type: 'integer', description: 'Wrong codes of a verification only' },
    secondsLeft: { type: 'integer', description: 'Wrong codes of a verification only' },
  },
};

/** Each route may answer with a problem; the code says which. */
export const problemResponse = (): MethodDecorator =>
  ApiResponse({
    status: 'default',
    description: 'A problem: see `code`',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  });
