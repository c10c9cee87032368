import { Injectable } from '@nestjs/common';
import type { SystemTx } from '#platform';
import type { Member } from '../account.js';
import { generateSessionToken, hashSessionToken } from './session-token.js';

/** How long a session lives unused, and at most. Admins can do more harm, so theirs are shorter. */
const MEMBER_LIFE = { idleSeconds: 30 * 60, absoluteSeconds: 12 * 3600 };
const ADMIN_LIFE = { idleSeconds: 15 * 60, absoluteSeconds: 8 * 3600 };
/** The oldest sessions of a member beyond this are closed: nobody uses so many devices at once. */
const MAX_SESSIONS_PER_MEMBER = 20;

export interface OpenedSession {
  /** For the cookie; it cannot be read back later. */
  token: string;
  maxAgeSeconds: number;
}

/** Signs a member in. Every sign-in makes a new token, so a planted one is worth nothing. */
@Injectable()
export class OpenSessionUseCase {
  async execute(tx: SystemTx, member: Member): Promise<OpenedSession> {
    const { idleSeconds, absoluteSeconds } = member.isAdmin ? ADMIN_LIFE : MEMBER_LIFE;
    const token = generateSessionToken();
    await tx.query(
      `DELETE FROM sessions WHERE member_id = $1 AND (expires_at <= now() OR token_hash IN (
         SELECT token_hash FROM sessions WHERE member_id = $1 ORDER BY created_at DESC OFFSET $2))`,
      [member.id, MAX_SESSIONS_PER_MEMBER - 1],
    );
    await tx.query(
      `INSERT INTO sessions (token_hash, account_id, member_id, idle_seconds, expires_at)
       VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5))`,
      [hashSessionToken(token), member.accountId, member.id, idleSeconds, absoluteSeconds],
    );
    return { token, maxAgeSeconds: absoluteSeconds };
  }
}
