import type { Pdu, RequestInput } from '../pdu/pdu.js';
import { STATUS } from '../pdu/statuses.js';
import type { Binding } from './binding.js';
import { type SessionTime, TICK_MS } from './clock.js';
import {
  type NotSentReason,
  OutcomeBatch,
  type OutcomeSink,
  type RequestOutcome,
  SingleOutcome,
} from './outcome.js';
import type { LateResponse } from './outcome.js';
import type { Outbox } from './outbox.js';
import { type QueuedRequest, RequestWindow, type WindowLimits } from './request-window.js';
import { mayRequest, type SessionRole } from './roles.js';
import type { SequenceCounter } from './sequences.js';
import { Waiters } from './waiters.js';

export interface SenderLimits extends WindowLimits {
  responseTimeoutMs: number;
}

/** What an incoming answer turned out to be. */
export type AnswerMatch = 'settled' | 'unmatched' | LateResponse;

/** The sending half of a session: takes requests, moves them through the window onto the wire, settles them. */
export class RequestSender {
  private readonly window: RequestWindow;
  private readonly writable = new Waiters();
  private readonly idle = new Waiters();
  private isPumping = false;

  constructor(
    private readonly role: SessionRole,
    private readonly limits: SenderLimits,
    private readonly binding: Binding,
    private readonly outbox: Outbox,
    private readonly sequences: SequenceCounter,
    private readonly time: SessionTime,
  ) {
    this.window = new RequestWindow(limits);
  }

  get pendingCount(): number {
    return this.window.pendingCount;
  }

  get queuedCount(): number {
    return this.window.queuedCount;
  }

  /** Requests that would go on the wire at once. */
  get freeSlots(): number {
    if (this.binding.state !== 'bound' || this.outbox.isBlocked) return 0;
    return Math.max(0, this.window.freeSlots - this.window.queuedCount);
  }

  submit(pdu: RequestInput, reference: unknown): Promise<RequestOutcome> {
    const single = new SingleOutcome();
    this.take(pdu, single, 0, reference);
    this.pump();
    return single.promise;
  }

  submitAll(pdus: readonly RequestInput[], references: readonly unknown[]): Promise<RequestOutcome[]> {
    const batch = new OutcomeBatch(pdus.length);
    pdus.forEach((pdu, index) => this.take(pdu, batch, index, references[index]));
    this.pump();
    return batch.promise;
  }

  /** Resolves when a request would go on the wire at once, or when none ever will. */
  async whenWritable(): Promise<void> {
    while (this.binding.state === 'bound' && this.freeSlots === 0) await this.writable.wait();
  }

  /** Resolves when nothing is queued and nothing waits for an answer. */
  async whenIdle(): Promise<void> {
    while (!this.window.isIdle) await this.idle.wait();
  }

  /** Moves requests from the queue to the wire while there are slots and the socket takes more. */
  pump(): void {
    if (this.isPumping) return;
    this.isPumping = true;
    while (this.binding.state === 'bound' && !this.outbox.isBlocked) {
      const request = this.window.takeNext();
      if (!request) break;
      this.send(request);
    }
    this.isPumping = false;
    this.wakeWaiters();
  }

  /** Settles the request a response belongs to, and fills the slot it leaves. */
  answer(response: Pdu): AnswerMatch {
    const { command, sequence, status } = response;
    const messageId = 'messageId' in response ? response.messageId : '';
    const outcome: LateResponse['outcome'] =
      status === STATUS.ESME_ROK && command !== 'generic_nack'
        ? { kind: 'accepted', messageId, sequence, response }
        : { kind: 'refused', status, sequence };
    const match = this.window.answer(sequence, command, outcome);
    if (match.kind === 'unknown') return 'unmatched';
    if (match.kind === 'late') return { sequence, reference: match.reference, outcome };
    this.pump();
    return 'settled';
  }

  /** Settles what waited too long, and gives its slots to others. */
  expire(): void {
    this.window.expire(this.time.nowMs);
    this.pump();
  }

  rejectQueued(reason: NotSentReason): void {
    this.window.rejectQueued(reason);
    this.wakeWaiters();
  }

  /** Settles everything: the connection is gone. */
  abandon(): void {
    this.window.abandon(this.outbox.flushedWriteNumber);
    this.wakeWaiters();
  }

  private take(pdu: RequestInput, sink: OutcomeSink, index: number, reference: unknown): void {
    const { state, mode } = this.binding;
    if (state === 'closing' || state === 'closed') {
      sink.settle(index, { kind: 'not_sent', reason: state });
    } else if (state !== 'bound' || !mode || !mayRequest(this.role, mode, pdu.command)) {
      sink.settle(index, { kind: 'not_sent', reason: 'not_bound' });
    } else {
      this.window.enqueue({ pdu, sink, index, reference });
    }
  }

  private send(request: QueuedRequest): void {
    let sequence = this.sequences.next();
    while (this.window.hasSequence(sequence)) sequence = this.sequences.next();
    try {
      const writeNumber = this.outbox.add(request.pdu, sequence, STATUS.ESME_ROK);
      // The time is that of the last tick, so a tick is added: a timer may fire late, but not early.
      const deadlineMs = this.time.nowMs + this.limits.responseTimeoutMs + TICK_MS;
      this.window.start(request, sequence, writeNumber, deadlineMs);
    } catch (error) {
      // Not only SmppFieldError: a value of the wrong type must not take the rest of the batch with it.
      const detail = error instanceof Error ? error.message : String(error);
      request.sink.settle(request.index, { kind: 'not_sent', reason: 'invalid', detail });
    }
  }

  private wakeWaiters(): void {
    if (!this.writable.isEmpty && (this.freeSlots > 0 || this.binding.state !== 'bound'))
      this.writable.wake();
    if (!this.idle.isEmpty && this.window.isIdle) this.idle.wake();
  }
}
