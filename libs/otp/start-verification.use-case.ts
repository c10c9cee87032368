import { Injectable } from '@nestjs/common';
import { newUuid } from '#domain';
import { SubmitMessageUseCase } from '#messaging';
import { SecretBox, type SystemTx } from '#platform';
import { SELECT_SEND_STATE } from './send-limits.sql.js';
import { computeCodeMac, CODE_DIGITS, generateCode, type VerificationPurpose } from './verification-code.js';
import { SendRefusedError } from './verification-errors.js';
import {
  CODE_LIFE_SECONDS,
  computeResendPauseSeconds,
  MAX_ATTEMPTS,
  MAX_DAILY_SENDS_PER_ACCOUNT,
  MAX_SENDS_PER_NUMBER,
  MAX_VERIFICATION_SECONDS,
} from './verification-limits.js';
import { writeCodeText, type TextLocale } from './verification-text.js';

export interface StartVerificationInput {
  /** Whose verification it is. */
  accountId: string;
  /** Whose message it is: the account that sends, and pays where something is paid. */
  senderAccountId: string;
  /** E.164. */
  to: string;
  purpose: VerificationPurpose;
  locale: TextLocale;
}

export interface StartedVerification {
  id: string;
  to: string;
  expiresAt: Date;
  attemptsLeft: number;
  /** The pause before another code may be asked for. */
  resendAfterSeconds: number;
}

interface CurrentVerification {
  id: string;
  attemptsLeft: number;
  expiresAt: Date;
  lifeSeconds: number;
}

/** Sends a code: begins a verification, or sends another code for the one that still runs, whose failures stay. */
@Injectable()
export class StartVerificationUseCase {
  constructor(
    private readonly secrets: SecretBox,
    private readonly submitMessage: SubmitMessageUseCase,
  ) {}

  /** @throws SendRefusedError verifications.too_soon | verifications.too_many, with the time to wait */
  async execute(tx: SystemTx, input: StartVerificationInput): Promise<StartedVerification> {
    // Two requests at once must not both find the limits kept.
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 11))`, [input.to]);
    const sendsBefore = await this.#refuseTooMany(tx, input);
    const code = generateCode();
    const current = (await this.#renew(tx, input, code)) ?? (await this.#begin(tx, input, code));
    await this.#send(tx, input, code, current.lifeSeconds);
    return {
      id: current.id,
      to: input.to,
      expiresAt: current.expiresAt,
      attemptsLeft: current.attemptsLeft,
      resendAfterSeconds: computeResendPauseSeconds(sendsBefore + 1),
    };
  }

  /** @returns texts of this account to this number in the running window */
  async #refuseTooMany(tx: SystemTx, { accountId, to }: StartVerificationInput): Promise<number> {
    const { short, shortWindowSeconds, daily } = MAX_SENDS_PER_NUMBER;
    const [state] = await tx.query<{
      sends: number;
      secondsSinceLastSend: number | null;
      refusedForSeconds: number;
    }>(SELECT_SEND_STATE, [accountId, to, shortWindowSeconds, short, daily, MAX_DAILY_SENDS_PER_ACCOUNT]);
    const { sends = 0, secondsSinceLastSend, refusedForSeconds = 0 } = state ?? {};
    if (refusedForSeconds > 0) throw new SendRefusedError('verifications.too_many', refusedForSeconds);
    if (typeof secondsSinceLastSend === 'number') {
      const wait = computeResendPauseSeconds(sends) - secondsSinceLastSend;
      if (wait > 0) throw new SendRefusedError('verifications.too_soon', wait);
    }
    return sends;
  }

  /** A new code for the running verification, if there is one; the old code stops working. */
  async #renew(
    tx: SystemTx,
    input: StartVerificationInput,
    code: string,
  ): Promise<CurrentVerification | undefined> {
    const { accountId, to, purpose } = input;
    await tx.execute(
      `UPDATE verifications SET status = 'cancelled'
       WHERE account_id = $1 AND purpose = $2 AND status = 'pending' AND (to_number <> $3 OR expires_at <= now())`,
      [accountId, purpose, to],
    );
    const [pending] = await tx.query<{ id: string }>(
      `SELECT id FROM verifications WHERE account_id = $1 AND to_number = $2 AND purpose = $3 AND status = 'pending'`,
      [accountId, to, purpose],
    );
    if (!pending) return undefined;
    const mac = computeCodeMac(this.secrets, { accountId, verificationId: pending.id, to, purpose }, code);
    const [renewed] = await tx.query<CurrentVerification>(
      `UPDATE verifications
       SET code_mac = $2, sends = sends + 1, last_sent_at = now(),
           expires_at = least(now() + make_interval(secs => $3), created_at + make_interval(secs => $4))
       WHERE id = $1 AND status = 'pending'
       RETURNING id, max_attempts - attempts AS "attemptsLeft", expires_at AS "expiresAt",
                 floor(extract(epoch FROM expires_at - now()))::int AS "lifeSeconds"`,
      [pending.id, mac, CODE_LIFE_SECONDS, MAX_VERIFICATION_SECONDS],
    );
    return renewed;
  }

  async #begin(tx: SystemTx, input: StartVerificationInput, code: string): Promise<CurrentVerification> {
    const { accountId, to, purpose } = input;
    const id = newUuid();
    const mac = computeCodeMac(this.secrets, { accountId, verificationId: id, to, purpose }, code);
    const [begun] = await tx.query<{ expiresAt: Date }>(
      `INSERT INTO verifications (id, account_id, to_number, purpose, code_mac, max_attempts, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7)) RETURNING expires_at AS "expiresAt"`,
      [id, accountId, to, purpose, mac, MAX_ATTEMPTS, CODE_LIFE_SECONDS],
    );
    if (!begun) throw new Error('the new verification was not returned');
    return { id, attemptsLeft: MAX_ATTEMPTS, expiresAt: begun.expiresAt, lifeSeconds: CODE_LIFE_SECONDS };
  }

  async #send(tx: SystemTx, input: StartVerificationInput, code: string, lifeSeconds: number): Promise<void> {
    await tx.execute(`INSERT INTO verification_sends (account_id, to_number) VALUES ($1, $2)`, [
      input.accountId,
      input.to,
    ]);
    await this.submitMessage.execute(tx, {
      accountId: input.senderAccountId,
      lane: 'otp',
      to: input.to,
      sender: null,
      text: writeCodeText(input.locale, code, lifeSeconds),
      isSecret: true,
      maskedText: writeCodeText(input.locale, '*'.repeat(CODE_DIGITS), lifeSeconds),
      validitySeconds: Math.max(1, lifeSeconds),
      hold: null,
    });
  }
}
