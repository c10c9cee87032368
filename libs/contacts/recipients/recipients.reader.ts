import { Injectable } from '@nestjs/common';
import type { AnyTx } from '#platform';
import {
  COUNT_RECIPIENTS_BY_COUNTRY_SQL,
  COUNT_RECIPIENTS_OF_LIST_BY_COUNTRY_SQL,
  COUNT_RECIPIENTS_OF_LIST_SQL,
  COUNT_RECIPIENTS_SQL,
  READ_AS_PLANNED_SQL,
  READ_IN_KEY_ORDER_SQL,
  RECIPIENTS_PAGE_SQL,
  RECIPIENTS_REVISION_SQL,
  VARIABLE_NAMES_SQL,
} from './recipients.sql.js';

/** One number of a broadcast. */
export interface Recipient {
  /** E.164. */
  phone: string;
  country: string;
  variables: Record<string, string>;
}

/** kept + duplicates + suppressed = contacts of all lists together. */
export interface RecipientCounts {
  /** Distinct numbers that may be sent to. */
  kept: number;
  /** Further appearances of a number in other lists. */
  duplicates: number;
  /** Distinct numbers that must not be sent to. */
  suppressed: number;
}

export interface RecipientsPage {
  accountId: string;
  /** In order of precedence: for a number in several lists the first one's variables count. */
  listIds: readonly string[];
  /** The last number of the page before; null for the first page. */
  after: string | null;
  limit: number;
}

/**
 * Who a broadcast to some lists reaches: each number once, suppressed ones never. Reads inside the caller's transaction,
 * so that a launch can hold count and revision against each other.
 */
@Injectable()
export class RecipientsReader {
  async count(tx: AnyTx, accountId: string, listIds: readonly string[]): Promise<RecipientCounts> {
    const [counts] =
      listIds.length === 1
        ? await tx.query<RecipientCounts>(COUNT_RECIPIENTS_OF_LIST_SQL, [accountId, listIds[0]])
        : await tx.query<RecipientCounts>(COUNT_RECIPIENTS_SQL, [accountId, listIds]);
    return counts ?? { kept: 0, duplicates: 0, suppressed: 0 };
  }

  /** In the order of their numbers; fewer than `limit` only on the last page. */
  async page(tx: AnyTx, { accountId, listIds, after, limit }: RecipientsPage): Promise<Recipient[]> {
    await tx.query(READ_IN_KEY_ORDER_SQL);
    const page = await tx.query<Recipient>(RECIPIENTS_PAGE_SQL, [accountId, listIds, after ?? '', limit]);
    await tx.query(READ_AS_PLANNED_SQL);
    return page;
  }

  /** Equal revisions mean equal recipients; it changes with every list and every suppression. */
  async revision(tx: AnyTx, accountId: string, listIds: readonly string[]): Promise<string> {
    const [row] = await tx.query<{ revision: string }>(RECIPIENTS_REVISION_SQL, [accountId, listIds]);
    return row?.revision ?? '';
  }

  /** Adds up to `kept` of count(). */
  countByCountry(
    tx: AnyTx,
    accountId: string,
    listIds: readonly string[],
  ): Promise<{ country: string; recipients: number }[]> {
    return listIds.length === 1
      ? tx.query(COUNT_RECIPIENTS_OF_LIST_BY_COUNTRY_SQL, [accountId, listIds[0]])
      : tx.query(COUNT_RECIPIENTS_BY_COUNTRY_SQL, [accountId, listIds]);
  }

  /** What a template over these lists may use. */
  async variableNames(tx: AnyTx, listIds: readonly string[]): Promise<string[]> {
    const rows = await tx.query<{ name: string }>(VARIABLE_NAMES_SQL, [listIds]);
    return rows.map(({ name }) => name);
  }
}
