import { randomUUID } from 'node:crypto';
import type { Behaviour } from '../behaviour/behaviour.js';

/** The widest id seen at carriers that pad. */
const PADDED_DIGITS = 20;
/** Ids begin at the start time in microseconds: a restart cannot repeat one below a million messages a second. */
const IDS_PER_MILLISECOND = 1_000;

/** One id, as the response and as the receipts of its message write it. */
export interface IssuedId {
  readonly inResponse: string;
  readonly inReceipt: string;
}

/** Gives out message ids in the notation of the behaviour set. */
export class MessageIds {
  private last = Date.now() * IDS_PER_MILLISECOND;

  next({ idFormat, idInReceipt }: Pick<Behaviour, 'idFormat' | 'idInReceipt'>): IssuedId {
    this.last += 1;
    const inResponse = formatNumber(this.last, idFormat);
    // A UUID is no number, so there is no other notation of it.
    if (idInReceipt === 'same' || idFormat === 'uuid') return { inResponse, inReceipt: inResponse };
    return { inResponse, inReceipt: formatNumber(this.last, idInReceipt) };
  }
}

function formatNumber(number: number, format: Behaviour['idFormat']): string {
  switch (format) {
    case 'hex':
      return number.toString(16);
    case 'decimal':
      return number.toString();
    case 'zero_padded':
      return number.toString().padStart(PADDED_DIGITS, '0');
    case 'uuid':
      return randomUUID();
  }
}
