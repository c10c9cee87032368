/** A tenant business. */
export interface Account {
  readonly id: string;
  readonly name: string;
  /** ISO country that reads national phone numbers. */
  readonly defaultCountry: string;
  /** E.164; null for the platform's own account. */
  readonly phone: string | null;
  readonly phoneVerifiedAt: Date | null;
  readonly frozenAt: Date | null;
  /** Whether a text the carrier could not deliver is paid for. */
  readonly undeliveredPolicy: 'capture' | 'release';
  readonly createdAt: Date;
}

/** A person of an account. */
export interface Member {
  readonly id: string;
  readonly accountId: string;
  readonly email: string;
  readonly isAdmin: boolean;
}
