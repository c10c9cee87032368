import type { PipeTransform } from '@nestjs/common';
import { DomainError, parseId, type ErrorCode, type IdPrefix } from '#domain';

/**
 * Reads a prefixed id of a path: `@Param('id', new PublicIdPipe('key')) id: string` gives the uuid. What is no such id
 * is answered like one that does not exist.
 */
export class PublicIdPipe implements PipeTransform<string, string> {
  constructor(
    private readonly prefix: IdPrefix,
    private readonly notFound: ErrorCode = 'resource.not_found',
  ) {}

  transform(value: string): string {
    const uuid = parseId(this.prefix, value);
    if (uuid === null) throw new DomainError(this.notFound);
    return uuid;
  }
}
