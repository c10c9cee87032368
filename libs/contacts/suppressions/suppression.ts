/** Who asked for it: the phone itself by reply, an import, an API client, or a member by hand. */
export const SUPPRESSION_SOURCES = ['reply', 'import', 'api', 'member'] as const;

export type SuppressionSource = (typeof SUPPRESSION_SOURCES)[number];

/** A number that must never be sent to. */
export interface Suppression {
  /** E.164. */
  readonly phone: string;
  readonly source: SuppressionSource;
  readonly createdAt: Date;
}

/** The columns of a Suppression, in its names. */
export const SUPPRESSION_COLUMNS = `phone, source, created_at AS "createdAt"`;
