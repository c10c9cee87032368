import { applyDecorators, HttpCode, SerializeOptions } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { problemResponse } from '../openapi/problem-response.js';

/**
 * Says what a route answers: the status, the schema in the reference, and that only the schema's fields leave the house
 * (anything else a reader might return is dropped on the way out).
 *
 * @param summary what the route does, one line of the reference
 */
export function Answers(status: number, schema: z.ZodType, summary: string): MethodDecorator {
  return applyDecorators(
    HttpCode(status),
    ApiOperation({ summary }),
    ApiResponse({ status, standardSchema: schema, description: summary }),
    problemResponse(),
    SerializeOptions({ schema }),
  );
}

/** A route that answers 204 without a body. */
export function AnswersNothing(summary: string): MethodDecorator {
  return applyDecorators(
    HttpCode(204),
    ApiOperation({ summary }),
    ApiResponse({ status: 204, description: summary }),
    problemResponse(),
  );
}

/** A route that streams something other than JSON. @param mediaType e.g. `text/csv` */
export function AnswersStream(mediaType: string, summary: string): MethodDecorator {
  return applyDecorators(
    ApiOperation({ summary }),
    ApiResponse({
      status: 200,
      description: summary,
      content: { [mediaType]: { schema: { type: 'string' } } },
    }),
    problemResponse(),
  );
}
