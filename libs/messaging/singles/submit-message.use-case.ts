import { Inject, Injectable } from '@nestjs/common';
import type { JobName } from '#contracts';
import { countParts, DomainError, validateMessageText } from '#domain';
import { Outbox, SecretBox, type AccountTx, type SystemTx } from '#platform';
import { messageIdAt } from '../batches/batch-limits.js';

/** Key purpose under which texts wait that must not outlive their hand-over. */
export const MESSAGE_TEXT_PURPOSE = 'message-text';

export interface SubmitMessageInput {
  /** uuid of the account the message belongs to. */
  accountId: string;
  lane: 'otp' | 'transactional';
  /** E.164. */
  to: string;
  sender: string | null;
  text: string;
  /** The text is kept encrypted until it is handed over, then erased; `maskedText` stays. */
  isSecret: boolean;
  maskedText?: string;
  validitySeconds: number;
  /** Where the points come from; null for messages the platform sends at its own cost. */
  hold: { holdId: string; price: bigint } | null;
}

const jobOfLane: Record<SubmitMessageInput['lane'], JobName & `messages.send-${string}`> = {
  otp: 'messages.send-otp',
  transactional: 'messages.send-transactional',
};

/** Queues one message. It travels as a batch of one, so that there is only one way to the gateway. */
@Injectable()
export class SubmitMessageUseCase {
  constructor(
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(SecretBox) private readonly secrets: SecretBox,
  ) {}

  /**
   * @param tx the transaction of the change the message belongs to: neither exists without the other
   * @throws DomainError messages.text_* when the text cannot be sent
   */
  async execute(tx: AccountTx | SystemTx, input: SubmitMessageInput): Promise<{ messageId: bigint }> {
    validateMessageText(input.text);
    if (input.isSecret && input.maskedText === undefined) throw new DomainError('internal.error');
    const { parts } = countParts(input.text);
    const [batch] = await tx.query<{ id: bigint }>(
      `INSERT INTO batches (account_id, lane, sender, hold_id, state, queued_at, valid_until, size, parts, queued_count)
       VALUES ($1, $2, $3, $4, 'queued', now(), now() + make_interval(secs => $5), 1, $6, 1) RETURNING id`,
      [input.accountId, input.lane, input.sender, input.hold?.holdId ?? null, input.validitySeconds, parts],
    );
    if (!batch) throw new DomainError('internal.error');
    const messageId = messageIdAt(batch.id, 0);
    await tx.query(
      `INSERT INTO messages (id, account_id, recipient, body, parts, price) VALUES ($1, $2, $3, $4, $5, $6)`,
      [
        messageId,
        input.accountId,
        input.to,
        input.isSecret ? input.maskedText : input.text,
        parts,
        input.hold?.price ?? 0n,
      ],
    );
    if (input.isSecret) await this.#seal(tx, messageId, input);
    await this.outbox.add(tx, { name: jobOfLane[input.lane], payload: { v: 1, batchId: String(batch.id) } });
    return { messageId };
  }

  async #seal(
    tx: AccountTx | SystemTx,
    messageId: bigint,
    { accountId, text }: SubmitMessageInput,
  ): Promise<void> {
    const sealed = this.secrets.seal(MESSAGE_TEXT_PURPOSE, String(messageId), text);
    await tx.query('INSERT INTO message_secrets (message_id, account_id, sealed) VALUES ($1, $2, $3)', [
      messageId,
      accountId,
      sealed,
    ]);
  }
}
