import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { lanes } from '#contracts';
import type { Gateway, OutboundMessage, SubmitOutcome } from '#domain';
import { LOGGER, SecretBox, type Logger } from '#platform';
import { GatewayHost, type LeasedGateway } from '../gateways/gateway-host.js';
import { MESSAGE_TEXT_PURPOSE } from '../singles/submit-message.use-case.js';
import { BULK_WINDOW_SHARE, HEARTBEAT_MS, positionOf } from './batch-limits.js';
import { BatchRepository, type Chunk, type ClaimedBatch, type QueuedMessage } from './batch.repository.js';
import { RecordOutcomesUseCase } from './record-outcomes.use-case.js';

/** A restart of PostgreSQL takes seconds; the lease of a batch is longer than all attempts together. */
const RECORD_ATTEMPTS = 8;
const RECORD_RETRY_MS = 1_000;

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
  async #sendChunks(claim: ClaimedBatch, leased: LeasedGateway, signal: AbortSignal): Promise<number> {
    const { gateway, gatewayId } = leased;
    const chunks = cutChunks(await this.batches.loadQueued(claim.id), this.#chunkSize(claim, gateway));
    let delayMs = 0;
    let isIntended = false;
    for (const [index, chunk] of chunks.entries()) {
      if (!isIntended && !(await this.batches.commitIntent(claim, chunk.from, chunk.upto))) return delayMs;
      const outcomes = await gateway.submit(
        chunk.messages.map((message) => this.#toOutbound(claim, message)),
      );
      delayMs = Math.max(delayMs, longestDelay(outcomes));
      // The next chunk's intent travels with this one's outcome: one commit less for each.
      const isGoingOn = gateway.isReady() && !signal.aborted;
      const next = isGoingOn ? chunks[index + 1] : undefined;
      isIntended = await this.#record(() =>
        this.recordOutcomes.execute(claim, gatewayId, chunk, outcomes, next),
      );
      if (!isGoingOn) return Math.max(delayMs, gateway.retryAfterMs);
    }
    return delayMs;
  }

  /**
   * What the carrier said is known only here. When the database is away it is tried again for as long as the claim may
   * live; recording twice moves nothing twice.
   */
  async #record(record: () => Promise<boolean>): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await record();
      } catch (error) {
        if (attempt === RECORD_ATTEMPTS) throw error;
        this.logger.warn({ err: error, attempt }, 'outcomes could not be stored; trying again');
        await delay(RECORD_RETRY_MS);
      }
    }
  }

  /**
   * Messages that may be in doubt at once. All bulk batches of a worker together stay within the bulk share of its
   * windows, so that after a crash no more than the windows is unknown, and one-time passwords always find a free place.
   */
  #chunkSize(claim: ClaimedBatch, gateway: Gateway): number {
    if (claim.lane !== 'bulk') return 1;
    const share = Math.floor((this.host.window * BULK_WINDOW_SHARE) / lanes.bulk.concurrency);
    return Math.max(1, Math.min(share, Math.floor(gateway.window * BULK_WINDOW_SHARE)));
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

function cutChunks(messages: readonly QueuedMessage[], size: number): Chunk[] {
  const chunks: Chunk[] = [];
  for (let start = 0; start < messages.length; start += size) {
    const ofChunk = messages.slice(start, start + size);
    const [first, last] = [ofChunk[0], ofChunk.at(-1)];
    if (!first || !last) break;
    chunks.push({ messages: ofChunk, from: positionOf(first.id), upto: positionOf(last.id) + 1 });
  }
  return chunks;
}

function longestDelay(outcomes: readonly SubmitOutcome[]): number {
  return outcomes.reduce((longest, outcome) => {
    return outcome.kind === 'deferred' ? Math.max(longest, outcome.retryAfterMs, 1) : longest;
  }, 0);
}
