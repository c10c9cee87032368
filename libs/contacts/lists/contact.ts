/** One number in one list. */
export interface Contact {
  /** E.164. */
  readonly phone: string;
  /** ISO country of the number. */
  readonly country: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly createdAt: Date;
}

/** The columns of a Contact, in its names. */
export const CONTACT_COLUMNS = `phone, country, variables, created_at AS "createdAt"`;
