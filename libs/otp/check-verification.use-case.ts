import { Injectable } from '@nestjs/common';
import { SecretBox, type AnyTx } from '#platform';
import { CHECK_CODE } from './check-verification.sql.js';
import { computeCodeMac, type VerificationPurpose } from './verification-code.js';
import { FAILURE_WINDOW_SECONDS, MAX_FAILURES } from './verification-limits.js';

/** Stands in for a verification that does not exist, so that the same work is done. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

export interface CheckVerificationInput {
  accountId: string;
  /** E.164. */
  to: string;
  purpose: VerificationPurpose;
  code: string;
}

/** What a check found. Zeros when nothing is left to check against. */
export interface CheckResult {
  isApproved: boolean;
  attemptsLeft: number;
  secondsLeft: number;
}

/** Checks a code once. The result is returned, not thrown: the counted attempt must be committed. */
@Injectable()
export class CheckVerificationUseCase {
  constructor(private readonly secrets: SecretBox) {}

  async execute(tx: AnyTx, { accountId, to, purpose, code }: CheckVerificationInput): Promise<CheckResult> {
    const [latest] = await tx.query<{ id: string }>(
      `SELECT id FROM verifications WHERE account_id = $1 AND to_number = $2 AND purpose = $3
       ORDER BY created_at DESC LIMIT 1`,
      [accountId, to, purpose],
    );
    const verificationId = latest?.id ?? NOBODY;
    const mac = computeCodeMac(this.secrets, { accountId, verificationId, to, purpose }, code);
    const [result] = await tx.query<CheckResult>(CHECK_CODE, [
      verificationId,
      accountId,
      mac,
      MAX_FAILURES,
      FAILURE_WINDOW_SECONDS,
    ]);
    return result ?? { isApproved: false, attemptsLeft: 0, secondsLeft: 0 };
  }
}
