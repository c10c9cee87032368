import type { RequestOutcome, SmppSession } from '#smpp';
import { RateMeter } from '../carrier/rate-meter.js';
import { type Addressee, buildDeliverSm, type Delivery } from './delivery.js';
import { Queue } from './queue.js';

export interface DeliveryListener {
  onSent(delivery: Delivery): void;
  onSettled(delivery: Delivery, outcome: RequestOutcome): void;
  /** Nothing could be sent and no answer is awaited that would try again: ask for another try soon. */
  onStuck(login: Login): void;
}

/** One system id with all its binds. What must be sent to it goes over any bind that can receive. */
export class Login implements Addressee {
  readonly meter = new RateMeter();
  /** The latest moment a receipt of this login is due, for receipts in order. */
  lastDueMs = 0;
  outstanding = 0;
  private readonly sessions = new Set<SmppSession>();
  private receivers: SmppSession[] = [];
  private nextReceiver = 0;
  private readonly waiting = new Queue<Delivery>();
  private inFlight = 0;
  private isStuck = false;

  constructor(
    readonly systemId: string,
    private readonly listener: DeliveryListener,
  ) {}

  get sessionCount(): number {
    return this.sessions.size;
  }

  get receiverCount(): number {
    return this.receivers.length;
  }

  /** True when forgetting this login loses nothing. */
  get isIdle(): boolean {
    return this.sessions.size === 0 && this.outstanding === 0;
  }

  addSession(session: SmppSession): void {
    this.sessions.add(session);
    if (session.mode !== 'transmitter') this.receivers.push(session);
    this.pump();
  }

  removeSession(session: SmppSession): void {
    this.sessions.delete(session);
    this.receivers = this.receivers.filter((receiver) => receiver !== session);
  }

  enqueue(delivery: Delivery): void {
    this.waiting.push(delivery);
    this.pump();
  }

  /** The other try `onStuck` asked for. */
  retry(): void {
    this.isStuck = false;
    this.pump();
  }

  private pump(): void {
    while (this.waiting.length > 0) {
      const session = this.pickReceiver();
      if (!session) break;
      const delivery = this.waiting.shift();
      if (delivery) this.send(delivery, session);
    }
    if (this.isStuck || this.waiting.length === 0 || this.inFlight > 0) return;
    if (this.receivers.length === 0) return;
    this.isStuck = true;
    this.listener.onStuck(this);
  }

  private send(delivery: Delivery, session: SmppSession): void {
    this.inFlight += 1;
    this.listener.onSent(delivery);
    void session.submit(buildDeliverSm(delivery)).then((outcome) => {
      this.inFlight -= 1;
      this.listener.onSettled(delivery, outcome);
      this.pump();
    });
  }

  /** The receivers take turns. */
  private pickReceiver(): SmppSession | undefined {
    for (let tries = this.receivers.length; tries > 0; tries--) {
      const session = this.receivers[this.nextReceiver % this.receivers.length];
      this.nextReceiver += 1;
      if (session && session.freeSlots > 0) return session;
    }
    return undefined;
  }
}
