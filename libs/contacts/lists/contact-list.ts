/** A named set of numbers with what is known about each. */
export interface ContactList {
  readonly id: string;
  readonly name: string;
  readonly contactCount: number;
  /** Columns that imports brought: what a template may use. */
  readonly variableNames: string[];
  readonly createdAt: Date;
}

/** The columns of a ContactList, in its names. */
export const CONTACT_LIST_COLUMNS = `id, name, contact_count AS "contactCount", variable_names AS "variableNames",
  created_at AS "createdAt"`;

export const MAX_LIST_NAME_LENGTH = 200;
/** Contact lists one account may hold. */
export const MAX_LISTS = 1_000;
