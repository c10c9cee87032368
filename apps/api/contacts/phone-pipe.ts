import type { PipeTransform } from '@nestjs/common';
import { z } from 'zod';
import { DomainError } from '#domain';
import { decodeCursor, encodeCursor } from '../http/paging.js';

const E164 = /^\+[1-9][0-9]{6,14}$/;

/** Reads a number of a path, with or without its plus; what is none is answered like one that is not there. */
export class PhonePipe implements PipeTransform<string, string> {
  transform(value: string): string {
    const phone = value.startsWith('+') ? value : `+${value}`;
    if (!E164.test(phone)) throw new DomainError('resource.not_found');
    return phone;
  }
}

const cursorShape = z.object({ phone: z.string().regex(E164) });

/** The number behind which a page begins. */
export const readPhoneCursor = (cursor: string | undefined): string | undefined =>
  decodeCursor(cursor, cursorShape)?.phone;

/** Points behind the last row of a full page; null when there is certainly no further one. */
export function writePhoneCursor(page: readonly { phone: string }[], limit: number): string | null {
  const last = page.length === limit ? page.at(-1) : undefined;
  return last ? encodeCursor({ phone: last.phone }) : null;
}
