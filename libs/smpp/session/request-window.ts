import { type CommandName, RESPONSE_OF } from '../pdu/commands.js';
import type { RequestInput } from '../pdu/pdu.js';
import type { NotSentReason, OutcomeSink, RequestOutcome } from './outcome.js';

/** A request waiting for a slot. */
export interface QueuedRequest {
  pdu: RequestInput;
  sink: OutcomeSink;
  index: number;
  reference: unknown;
}

/** A request on its way: what is needed to settle it. */
interface PendingRequest {
  command: RequestInput['command'];
  sink: OutcomeSink;
  index: number;
  reference: unknown;
  deadlineMs: number;
  writeNumber: number;
}

export interface WindowLimits {
  /** Requests on the wire without an answer. */
  windowSize: number;
  /** Requests waiting for a slot. */
  maxQueued: number;
  /** Unanswered requests remembered for late answers; the oldest are forgotten first. */
  maxRemembered: number;
}

/** What an answer's sequence number stands for. */
export type SequenceMatch = { kind: 'pending' } | { kind: 'late'; reference: unknown } | { kind: 'unknown' };

const UNKNOWN: SequenceMatch = { kind: 'unknown' };
const PENDING: SequenceMatch = { kind: 'pending' };

/**
 * The requests of one session: queued, on the wire, and unanswered for too long. It writes nothing and knows
 * no time but what it is told; every request that enters leaves through exactly one `settle`.
 */
export class RequestWindow {
  private queue: QueuedRequest[] = [];
  private queueHead = 0;
  private readonly pending = new Map<number, PendingRequest>();
  private readonly unanswered = new Map<number, PendingRequest>();

  constructor(private readonly limits: WindowLimits) {}

  get pendingCount(): number {
    return this.pending.size;
  }

  get queuedCount(): number {
    return this.queue.length - this.queueHead;
  }

  get freeSlots(): number {
    return Math.max(0, this.limits.windowSize - this.pending.size);
  }

  get isIdle(): boolean {
    return this.pending.size === 0 && this.queuedCount === 0;
  }

  /** Puts a request at the end of the queue, or settles it as not sent when the queue is full. */
  enqueue(request: QueuedRequest): void {
    if (this.queuedCount >= this.limits.maxQueued) {
      request.sink.settle(request.index, { kind: 'not_sent', reason: 'queue_full' });
      return;
    }
    this.queue.push(request);
  }

  /** Takes the next queued request when there is a slot for it. The caller must `start` or settle it. */
  takeNext(): QueuedRequest | undefined {
    if (this.pending.size >= this.limits.windowSize) return undefined;
    const request = this.queue[this.queueHead];
    if (!request) return undefined;
    this.queueHead += 1;
    if (this.queueHead === this.queue.length) {
      this.queue = [];
      this.queueHead = 0;
    } else if (this.queueHead >= 1_024 && this.queueHead * 2 >= this.queue.length) {
      this.queue = this.queue.slice(this.queueHead);
      this.queueHead = 0;
    }
    return request;
  }

  start(request: QueuedRequest, sequence: number, writeNumber: number, deadlineMs: number): void {
    const { sink, index, reference } = request;
    const { command } = request.pdu;
    this.pending.set(sequence, { command, sink, index, reference, writeNumber, deadlineMs });
  }

  /** True when the number is in use, pending or remembered, and must not be given out again. */
  hasSequence(sequence: number): boolean {
    return this.pending.has(sequence) || this.unanswered.has(sequence);
  }

  /**
   * Settles the request an answer belongs to. `responseCommand` must be that of the request
   * ("submit_sm_resp" for submit_sm) or generic_nack; anything else leaves the request waiting.
   */
  answer(sequence: number, responseCommand: CommandName, outcome: RequestOutcome): SequenceMatch {
    const pending = this.pending.get(sequence);
    if (pending) {
      if (!isAnswer(responseCommand, pending.command)) return UNKNOWN;
      this.pending.delete(sequence);
      pending.sink.settle(pending.index, outcome);
      return PENDING;
    }
    const late = this.unanswered.get(sequence);
    if (!late || !isAnswer(responseCommand, late.command)) return UNKNOWN;
    this.unanswered.delete(sequence);
    return { kind: 'late', reference: late.reference };
  }

  /** Settles as unanswered what is past its deadline. Deadlines are in order, so the scan stops at the first that is not. */
  expire(nowMs: number): void {
    for (const [sequence, request] of this.pending) {
      if (request.deadlineMs > nowMs) return;
      this.pending.delete(sequence);
      this.remember(sequence, request);
      request.sink.settle(request.index, { kind: 'unanswered', sequence });
    }
  }

  /** Settles what waits for a slot as not sent. */
  rejectQueued(reason: NotSentReason): void {
    const rejected = this.queue.slice(this.queueHead);
    this.queue = [];
    this.queueHead = 0;
    for (const request of rejected) request.sink.settle(request.index, { kind: 'not_sent', reason });
  }

  /** Ends the window: what a write carried is lost, what never left is not sent. */
  abandon(flushedWriteNumber: number): void {
    const abandoned = [...this.pending];
    this.pending.clear();
    this.unanswered.clear();
    for (const [sequence, request] of abandoned) {
      const hasLeft = request.writeNumber <= flushedWriteNumber;
      request.sink.settle(
        request.index,
        hasLeft ? { kind: 'lost', sequence } : { kind: 'not_sent', reason: 'closed' },
      );
    }
    this.rejectQueued('closed');
  }

  private remember(sequence: number, request: PendingRequest): void {
    if (this.unanswered.size >= this.limits.maxRemembered) {
      const oldest = this.unanswered.keys().next().value;
      if (oldest !== undefined) this.unanswered.delete(oldest);
    }
    this.unanswered.set(sequence, request);
  }
}

function isAnswer(responseCommand: CommandName, requestCommand: RequestInput['command']): boolean {
  return responseCommand === RESPONSE_OF[requestCommand] || responseCommand === 'generic_nack';
}
