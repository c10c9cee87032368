import { type RequestOutcome, type SmppSession, STATUS } from '#smpp';
import type { Counters } from '../carrier/counters.js';
import type { Delivery, Receipt, Reply } from './delivery.js';
import { Login } from './login.js';
import { TimeWheel } from './time-wheel.js';

/** Receipts that may wait for their time, for a session or for an answer. */
export const MAX_PENDING_RECEIPTS = 2_000_000;
/** System ids known at a time; idle ones make room. */
export const MAX_LOGINS = 1_000;
/** A refused receipt is sent again after this, as carriers do (S10). */
const RETRY_MS = 1_000;
/** Deliveries of one login above which no reply is taken for it. */
const MAX_OUTSTANDING_FOR_REPLIES = 100_000;
const STUCK_RETRY_MS = 10;
/** The client will never take these: sending them again would go on for ever. */
const PERMANENT_STATUSES: ReadonlySet<number> = new Set([STATUS.ESME_RX_P_APPN, STATUS.ESME_RX_R_APPN]);

/** Brings receipts and replies to the clients, and keeps each until it is acknowledged. */
export class DeliveryDesk {
  private readonly logins = new Map<string, Login>();
  private readonly wheel = new TimeWheel<Delivery>((delivery) => delivery.login.enqueue(delivery));
  private readonly retries = new TimeWheel<Login>((login) => login.retry());
  private pending = 0;

  constructor(private readonly counters: Counters) {}

  /** Receipts not yet acknowledged, those not yet due included. */
  get pendingReceipts(): number {
    return this.pending;
  }

  get knownLogins(): Iterable<Login> {
    return this.logins.values();
  }

  /** The login of a system id, or undefined when there are too many. */
  loginOf(systemId: string): Login | undefined {
    const known = this.logins.get(systemId);
    if (known) return known;
    if (this.logins.size >= MAX_LOGINS && !this.forgetIdleLogin()) return undefined;
    const login = new Login(systemId, {
      onSent: (delivery) => this.countSent(delivery),
      onSettled: (delivery, outcome) => this.settle(delivery, outcome),
      onStuck: (stuck) => this.retries.add(stuck, performance.now() + STUCK_RETRY_MS),
    });
    this.logins.set(systemId, login);
    return login;
  }

  addSession(session: SmppSession): void {
    this.loginOf(session.peerSystemId)?.addSession(session);
  }

  removeSession(session: SmppSession): void {
    this.logins.get(session.peerSystemId)?.removeSession(session);
  }

  /** @param dueMs by the clock of `performance.now()` */
  schedule(receipt: Receipt, dueMs: number): void {
    if (this.take(receipt)) this.wheel.add(receipt, dueMs);
  }

  /** Sends a receipt now; its `onTried` is called in any case. */
  sendNow(receipt: Receipt): void {
    if (!this.take(receipt)) return receipt.onTried?.();
    if (receipt.login.receiverCount === 0) receipt.onTried?.();
    receipt.login.enqueue(receipt);
  }

  /** The login a reply goes to: the one that last texted the phone, else any that can receive. */
  findReceiver(systemId: string | undefined): Login | undefined {
    const preferred = systemId === undefined ? undefined : this.logins.get(systemId);
    if (preferred && preferred.receiverCount > 0) return preferred;
    for (const login of this.logins.values()) if (login.receiverCount > 0) return login;
    return undefined;
  }

  /** Sends a reply; false when too much waits for its login already. */
  reply(reply: Reply): boolean {
    if (reply.login.outstanding >= MAX_OUTSTANDING_FOR_REPLIES) return false;
    reply.login.outstanding += 1;
    reply.login.enqueue(reply);
    return true;
  }

  stop(): void {
    this.wheel.clear();
    this.retries.clear();
  }

  private take({ login }: Receipt): boolean {
    if (this.pending >= MAX_PENDING_RECEIPTS) {
      this.counters.receiptsDropped += 1;
      return false;
    }
    this.pending += 1;
    login.outstanding += 1;
    return true;
  }

  private countSent({ kind }: Delivery): void {
    if (kind === 'receipt') this.counters.receiptsSent += 1;
    else this.counters.repliesSent += 1;
  }

  private settle(delivery: Delivery, outcome: RequestOutcome): void {
    delivery.onTried?.();
    if (outcome.kind === 'accepted') return this.finish(delivery, true);
    const isHopeless =
      (outcome.kind === 'refused' && PERMANENT_STATUSES.has(outcome.status)) ||
      (outcome.kind === 'not_sent' && outcome.reason === 'invalid');
    if (isHopeless) return this.finish(delivery, false);
    // A lost session is taken off its login in the same turn, so the next try waits for another one.
    const pauseMs = outcome.kind === 'refused' ? RETRY_MS : 0;
    this.wheel.add(delivery, performance.now() + pauseMs);
  }

  private finish({ kind, login }: Delivery, isAcknowledged: boolean): void {
    login.outstanding -= 1;
    if (kind === 'receipt') {
      this.pending -= 1;
      if (isAcknowledged) this.counters.receiptsAcknowledged += 1;
      else this.counters.receiptsRejected += 1;
    } else if (isAcknowledged) this.counters.repliesAcknowledged += 1;
  }

  private forgetIdleLogin(): boolean {
    for (const login of this.logins.values()) {
      if (login.isIdle) return this.logins.delete(login.systemId);
    }
    return false;
  }
}
