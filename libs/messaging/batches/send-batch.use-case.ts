import { Inject, Injectable } from '@nestjs/common';
import { lanes } from '#contracts';
import type { Gateway, OutboundMessage, SubmitOutcome } from '#domain';
import { LOGGER, SecretBox, type Logger } from '#platform';
import { GatewayHost, type LeasedGateway } from '../gateways/gateway-host.js';
import { MESSAGE_TEXT_PURPOSE } from '../singles/submit-message.use-case.js';
import { BULK_WINDOW_SHARE, HEARTBEAT_MS, positionOf } from './batch-limits.js';
import { BatchRepository, type ClaimedBatch, type QueuedMessage } from './batch.repository.js';
import { RecordOutcomesUseCase } from './record-outcomes.use-case.js';

/** Sends what waits in one batch. May run twice, on two workers at once: the claim decides who sends. */
@Injectable()
export class SendBatchUseCase {
  constructor(
    @Inject(BatchRepository) private readonly batches: BatchRepository,
    @Inject(GatewayHost) private readonly host: GatewayHost,
    @Inject(RecordOutcomesUseCase) private readonly recordOutcomes: RecordOutcomesUseCase,
    @Inject(SecretBox) private readonly secrets: SecretBox,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @param signal aborted when the worker stops: the chunk on the wire is finished, the rest is put back */
  async execute(batchId: bigint, signal: AbortSignal): Promise<void> {
    const leased = this.host.pick();
    if (!leased) return this.batches.postpone(batchId, this.host.retryAfterMs);
    const claim = await this.batches.claim(batchId, leased.gatewayId);
    if (!claim) return;
    const heartbeat = setInterval(() => void this.#beat(claim), HEARTBEAT_MS);
    try {
      const delayMs = await this.#sendChunks(claim, leased, signal);
      await this.batches.release(claim, delayMs);
    } finally {
      clearInterval(heartbeat);
    }
  }

  /** @returns how long the rest of the batch shall wait, ms */
  async #sendChunks(
    claim: ClaimedBatch,
    { gateway, gatewayId }: LeasedGateway,
    signal: AbortSignal,
  ): Promise<number> {
    const waiting = await this.batches.loadQueued(claim.id);
    const size = chunkSize(claim, gateway);
    for (let start = 0; start < waiting.length; start += size) {
      if (signal.aborted) return 0;
      if (!gateway.isReady()) return gateway.retryAfterMs;
      const chunk = waiting.slice(start, start + size);
      const [first, last] = [chunk[0], chunk.at(-1)];
      if (!first || !last) return 0;
      const upto = positionOf(last.id) + 1;
      if (!(await this.batches.commitIntent(claim, positionOf(first.id), upto))) return 0;
      const outcomes = await gateway.submit(chunk.map((message) => this.#toOutbound(claim, message)));
      await this.recordOutcomes.execute(claim, gatewayId, upto, chunk, outcomes);
      const delayMs = longestDelay(outcomes);
      if (delayMs > 0) return delayMs;
    }
    return 0;
  }

  #toOutbound(claim: ClaimedBatch, message: QueuedMessage): OutboundMessage {
    const { id, recipient, sealedText } = message;
    const text = sealedText
      ? this.secrets.open(MESSAGE_TEXT_PURPOSE, String(id), sealedText)
      : (message.body ?? claim.body ?? '');
    return { id, recipient, sender: claim.sender, text, validitySeconds: claim.validitySeconds };
  }

  async #beat(claim: ClaimedBatch): Promise<void> {
    // A missed beat is no error of the batch: if the database stays away, the lease runs out and recovery takes over.
    await this.batches
      .beat(claim)
      .catch((error: unknown) => this.logger.warn({ err: error }, 'heartbeat failed'));
  }
}

/**
 * Messages that may be in doubt at once. All bulk batches of a worker together stay within the bulk share of the
 * window, so that after a crash no more than a window is unknown, and one-time passwords always find a free place.
 */
function chunkSize(claim: ClaimedBatch, gateway: Gateway): number {
  if (claim.lane !== 'bulk') return 1;
  return Math.max(1, Math.floor((gateway.window * BULK_WINDOW_SHARE) / lanes.bulk.concurrency));
}

function longestDelay(outcomes: readonly SubmitOutcome[]): number {
  return outcomes.reduce((longest, outcome) => {
    return outcome.kind === 'deferred' ? Math.max(longest, outcome.retryAfterMs, 1) : longest;
  }, 0);
}
