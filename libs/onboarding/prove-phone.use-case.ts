import { Inject, Injectable } from '@nestjs/common';
import { Ledger } from '#credits';
import { MILLIPOINTS_PER_POINT, type Clock } from '#domain';
import { CheckVerificationUseCase, InvalidCodeError } from '#otp';
import { CLOCK, Database, SecretBox, type SystemTx } from '#platform';
import { lockUnprovedPhone } from './unproved-phone.js';

export const TRIAL_MILLIPOINTS = 50n * MILLIPOINTS_PER_POINT;
const TRIAL_DAYS = 30;
const DAY_MS = 24 * 3600 * 1000;

export interface ProvePhoneInput {
  accountId: string;
  code: string;
}

/** Checks the code of the sign-up; the first right one opens the account and grants the trial points. */
@Injectable()
export class ProvePhoneUseCase {
  constructor(
    private readonly database: Database,
    private readonly checkVerification: CheckVerificationUseCase,
    private readonly ledger: Ledger,
    private readonly secrets: SecretBox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * @returns whether the trial was granted: once per account and once per phone number
   * @throws InvalidCodeError after the attempt was counted
   */
  async execute({ accountId, code }: ProvePhoneInput): Promise<{ isTrialGranted: boolean }> {
    const { check, isTrialGranted } = await this.database.inSystem(async (tx) => {
      const unproved = await lockUnprovedPhone(tx, accountId);
      // A code that was used answers like a wrong one.
      if (!unproved) throw new InvalidCodeError(0, 0);
      const to = unproved.phone;
      const input = { accountId, to, purpose: 'registration', code } as const;
      const check = await this.checkVerification.execute(tx, input);
      if (!check.isApproved) return { check, isTrialGranted: false };
      await tx.execute(`UPDATE accounts SET phone_verified_at = now() WHERE id = $1`, [accountId]);
      return { check, isTrialGranted: await this.#grantTrial(tx, accountId, to) };
    });
    if (!check.isApproved) throw new InvalidCodeError(check.attemptsLeft, check.secondsLeft);
    return { isTrialGranted };
  }

  async #grantTrial(tx: SystemTx, accountId: string, phone: string): Promise<boolean> {
    const isFirst = await tx.execute(
      `INSERT INTO trial_grants (account_id, phone_mac) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
      [accountId, this.secrets.mac('trial-phone', phone)],
    );
    if (!isFirst) return false;
    await this.ledger.grant(tx, {
      accountId,
      amount: TRIAL_MILLIPOINTS,
      key: `trial:${accountId}`,
      expiresAt: new Date(this.clock.now().getTime() + TRIAL_DAYS * DAY_MS),
      reason: 'Trial points for a proved phone number',
      actor: 'system',
    });
    return true;
  }
}
