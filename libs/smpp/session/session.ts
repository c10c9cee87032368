// Longer than other files: the one place where the parts of a session are wired together; each part has a room of its own.
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { FramingFault } from '../pdu/framer.js';
import type { Bind, PduInput, RequestInput } from '../pdu/pdu.js';
import { STATUS } from '../pdu/statuses.js';
import { Binding, isBoundStatus, type SessionState } from './binding.js';
import { SessionTime, TICK_MS, waitAtMost } from './clock.js';
import { ControlRequests } from './control-requests.js';
import { Dispatcher } from './dispatcher.js';
import { Inbound } from './inbound.js';
import { Keepalive } from './keepalive.js';
import type { RequestOutcome } from './outcome.js';
import { Outbox } from './outbox.js';
import { RequestIntake } from './request-intake.js';
import { RequestSender } from './request-sender.js';
import { type BindMode, commandOfMode, type SessionRole } from './roles.js';
import { SequenceCounter } from './sequences.js';
import type { BindResult, CloseReason, SessionClose, SessionEvents } from './session-events.js';
import {
  type ResolvedSessionOptions,
  resolveSessionOptions,
  type SessionOptions,
} from './session-options.js';
import { Waiters } from './waiters.js';

/** Time for the peer to close its side after we closed ours. */
const LINGER_MS = 1_000;
/** S9: how long a closing session waits for answers, and then for unbind_resp. */
export const DEFAULT_DRAIN_MS = 30_000;
export const DEFAULT_UNBIND_MS = 5_000;

export type BindFields = Partial<Omit<Bind, 'command' | 'status' | 'sequence'>>;
export interface CloseOptions {
  drainMs?: number;
  unbindMs?: number;
}

let lastSessionId = 0;

/**
 * One SMPP connection, from either end, over a socket that is connected already. Every request handed to
 * `submit` settles with one of a closed list of outcomes, whatever the peer or the network does.
 *
 * This class joins the parts (window, outbox, inbound, binding, keepalive) and decides what each PDU means;
 * it is long because SMPP has many of them, not because it does more.
 */
export class SmppSession extends EventEmitter<SessionEvents> {
  /** Unique in this process. */
  readonly id = ++lastSessionId;
  /** Resolves when the connection is gone and every request has its outcome. */
  readonly whenClosed: Promise<void>;
  private readonly options: ResolvedSessionOptions;
  private readonly binding = new Binding();
  private readonly sequences = new SequenceCounter();
  private readonly time: SessionTime;
  private readonly keepalive: Keepalive;
  private readonly requests: RequestSender;
  private readonly outbox: Outbox;
  private readonly inbound: Inbound;
  private readonly controls: ControlRequests;
  private readonly answered = new Waiters();
  private readonly cancelTimers: (() => void)[];
  private closing: Promise<void> | undefined;
  private closeReason: CloseReason | undefined;
  private socketError: Error | undefined;

  constructor(
    private readonly socket: Socket,
    readonly role: SessionRole,
    options: SessionOptions = {},
  ) {
    super();
    this.options = resolveSessionOptions(options);
    const { clock } = this.options;
    this.time = new SessionTime(clock);
    this.keepalive = new Keepalive(this.options, this.time.nowMs);
    this.controls = new ControlRequests(clock);
    this.outbox = new Outbox(socket);
    this.requests = new RequestSender(
      role,
      this.options,
      this.binding,
      this.outbox,
      this.sequences,
      this.time,
    );
    const dispatcher = this.createDispatcher();
    this.inbound = new Inbound(socket, this.outbox, this.options, {
      onFrame: (frame) => dispatcher.receiveFrame(frame),
      onFramingFault: (fault) => this.failFraming(fault),
    });
    this.cancelTimers = [clock.every(TICK_MS, () => this.tick())];
    if (role === 'smsc') {
      this.cancelTimers.push(clock.after(this.options.bindTimeoutMs, () => this.endIfNotBound()));
    }
    this.whenClosed = this.watchSocket();
  }

  private createDispatcher(): Dispatcher {
    const responder = {
      hold: (): void => this.inbound.hold(),
      send: (pdu: PduInput, sequence: number, status: number): void => this.sendPdu(pdu, sequence, status),
      release: (): void => this.releaseIncoming(),
    };
    const peerRole = this.role === 'esme' ? 'smsc' : 'esme';
    return new Dispatcher(this, {
      options: this.options,
      binding: this.binding,
      controls: this.controls,
      requests: this.requests,
      keepalive: this.keepalive,
      time: this.time,
      intake: new RequestIntake(peerRole, this.options.onRequest, responder, (error) => {
        this.emit('handlerFailed', error);
      }),
      endByPeer: () => this.end('unbound_by_peer'),
    });
  }

  get state(): SessionState {
    return this.binding.state;
  }

  /** How the session is bound; undefined before. */
  get mode(): BindMode | undefined {
    return this.binding.mode;
  }

  /** The system_id of the other side: the login on a server, the host's name on a client. */
  get peerSystemId(): string {
    return this.binding.peerSystemId;
  }

  get remoteAddress(): string {
    return this.socket.remoteAddress ?? '';
  }

  /** Requests on the wire without an answer; never more than the window. */
  get pendingCount(): number {
    return this.requests.pendingCount;
  }

  /** Requests waiting for a slot of the window. */
  get queuedCount(): number {
    return this.requests.queuedCount;
  }

  /** Requests that would go on the wire at once. */
  get freeSlots(): number {
    return this.requests.freeSlots;
  }

  /** Requests of the peer that wait for our answer. */
  get unansweredIncomingCount(): number {
    return this.inbound.unansweredCount;
  }

  /** Octets the peer has not taken yet; above `maxBufferedBytes` nothing more is read from it. */
  get bufferedBytes(): number {
    return this.outbox.bufferedBytes;
  }

  /** Binds as an ESME. Throws SmppFieldError when a field does not fit; any result but "bound" ends the connection. */
  async bind(mode: BindMode, fields: BindFields): Promise<BindResult> {
    if (this.state !== 'open') return { kind: 'lost' };
    const sequence = this.sequences.next();
    this.sendPdu({ command: commandOfMode(mode), ...fields }, sequence);
    this.binding.startBind(mode);
    const answer = await this.controls.expect(sequence, this.options.bindTimeoutMs);
    if (answer === 'lost') return { kind: 'lost' };
    if (answer === 'unanswered') {
      this.end('bind_timeout');
      return { kind: 'unanswered' };
    }
    if (isBoundStatus(answer.status) && answer.command !== 'generic_nack') {
      return { kind: 'bound', systemId: this.peerSystemId, status: answer.status };
    }
    this.end('bind_refused');
    return { kind: 'refused', status: answer.status };
  }

  /**
   * Sends one request when the window has a slot for it.
   * @param reference comes back in a `lateResponse` event, so that the caller finds its own record again
   */
  submit(pdu: RequestInput, reference?: unknown): Promise<RequestOutcome> {
    return this.requests.submit(pdu, reference);
  }

  /**
   * Sends many requests, in order, as the window lets them, and resolves when all have their outcome.
   * Cheaper than as many calls of `submit`. `references[i]` belongs to `pdus[i]`.
   */
  submitAll(pdus: readonly RequestInput[], references: readonly unknown[] = []): Promise<RequestOutcome[]> {
    return this.requests.submitAll(pdus, references);
  }

  /** Resolves when a request would go on the wire at once, or when none ever will. */
  whenWritable(): Promise<void> {
    return this.requests.whenWritable();
  }

  /** Sends any PDU as it is, outside the window. For answers, and for simulators that misbehave. Throws SmppFieldError. */
  sendPdu(pdu: PduInput, sequence: number, status = 0): void {
    if (this.state !== 'closed') this.outbox.add(pdu, sequence, status);
  }

  /** Sends bytes as they are: half a PDU, a wrong length, whatever a test of the other side needs. */
  writeRaw(octets: Buffer): void {
    this.outbox.addRaw(octets);
  }

  /**
   * Ends the session in order (S9): nothing new is taken, what waits for a slot is not sent, answers are
   * awaited for `drainMs`, then unbind and its answer for `unbindMs`. Resolves when the connection is gone.
   */
  close(options: CloseOptions = {}): Promise<void> {
    this.closing ??= this.closeInOrder(options);
    return this.closing;
  }

  /** Cuts the connection at once, in the middle of whatever it does. */
  destroy(): void {
    this.closeReason ??= 'closed_by_us';
    this.socket.destroy();
  }

  private async closeInOrder({ drainMs = DEFAULT_DRAIN_MS, unbindMs = DEFAULT_UNBIND_MS }: CloseOptions) {
    const wasBound = this.state === 'bound';
    this.stopTaking();
    if (wasBound) {
      await waitAtMost(this.options.clock, drainMs, this.whenIdle());
      await this.unbind(unbindMs);
    }
    this.end('closed_by_us');
    await this.whenClosed;
  }

  private async unbind(unbindMs: number): Promise<void> {
    if (this.state === 'closed' || this.closeReason) return;
    const sequence = this.sequences.next();
    const answer = this.controls.expect(sequence, unbindMs);
    this.sendPdu({ command: 'unbind' }, sequence);
    await answer;
  }

  private async whenIdle(): Promise<void> {
    await this.requests.whenIdle();
    while (this.state !== 'closed' && this.inbound.unansweredCount > 0) await this.answered.wait();
  }

  /** Where the next PDU starts is unknown: nothing can be read any more (S2, fault list 4). */
  private failFraming(fault: FramingFault): void {
    this.emit('framingFault', fault);
    this.sendPdu({ command: 'generic_nack' }, 0, STATUS.ESME_RINVCMDLEN);
    this.inbound.stop();
    this.end('protocol_error');
  }

  private releaseIncoming(): void {
    this.inbound.release();
    if (!this.answered.isEmpty && this.inbound.unansweredCount === 0) this.answered.wake();
  }

  private tick(): void {
    this.time.tick(this.inbound.isPaused);
    this.requests.expire();
    if (this.state !== 'bound' && this.state !== 'closing') return;
    const step = this.keepalive.step(this.time.nowMs);
    if (step === 'enquire') this.sendPdu({ command: 'enquire_link' }, this.sequences.next());
    else if (step === 'give_up') {
      this.closeReason ??= 'peer_silent';
      this.socket.destroy();
    }
  }

  private endIfNotBound(): void {
    if (this.state === 'open' || this.state === 'binding') this.end('bind_timeout');
  }

  private stopTaking(): void {
    if (this.state === 'closed') return;
    this.binding.state = 'closing';
    this.requests.rejectQueued('closing');
  }

  /** Closes our side after what is written, and cuts the connection when the peer does not close its own. */
  private end(reason: CloseReason): void {
    if (this.state === 'closed') return;
    this.closeReason ??= reason;
    this.stopTaking();
    this.outbox.flush();
    this.socket.end();
    this.cancelTimers.push(this.options.clock.after(LINGER_MS, () => this.socket.destroy()));
  }

  private watchSocket(): Promise<void> {
    this.socket.setNoDelay(true);
    this.socket.on('drain', () => this.requests.pump());
    this.socket.on('error', (error) => (this.socketError = error));
    return new Promise((resolve) => {
      this.socket.once('close', () => {
        this.finish();
        resolve();
      });
    });
  }

  private finish(): void {
    this.binding.state = 'closed';
    for (const cancel of this.cancelTimers) cancel();
    this.outbox.close();
    this.requests.abandon();
    this.controls.abandon();
    this.answered.wake();
    const close: SessionClose = { reason: this.closeReason ?? 'connection_lost' };
    if (this.socketError) close.error = this.socketError;
    this.emit('close', close);
  }
}
