import type { FastifyInstance } from 'fastify';
import { DomainError } from '#domain';

export const MAX_BODY_BYTES = 1024 * 1024;
/** No body of ours nests deeper than a few levels; what does is an attack on recursive code behind the parser. */
const MAX_JSON_DEPTH = 32;

/**
 * Bodies are JSON or nothing. `__proto__` and `constructor.prototype` are refused, so is deep nesting; an empty body is
 * taken as no body, because clients set the content type on a bare POST too.
 */
export function acceptJsonBodies(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeContentTypeParser(['application/json', 'text/plain']);
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = body.toString();
    if (text.trim() === '') return done(null, undefined);
    if (isDeeperThan(text, MAX_JSON_DEPTH))
      return done(new DomainError('request.invalid', { sentence: 'The body nests too deeply.' }));
    return parse(request, text, done);
  });
}

/** Counts brackets outside strings, without building anything. */
export function isDeeperThan(json: string, maxDepth: number): boolean {
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (isInString) {
      if (character === '\\') at++;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === '[' || character === '{') {
      if (++depth > maxDepth) return true;
    } else if (character === ']' || character === '}') depth--;
  }
  return false;
}
