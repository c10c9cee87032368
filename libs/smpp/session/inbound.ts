import type { Socket } from 'node:net';
import { type FramingFault, PduFramer } from '../pdu/framer.js';
import type { Outbox } from './outbox.js';

export interface InboundLimits {
  maxPduBytes: number;
  maxUnansweredIncoming: number;
  maxBufferedBytes: number;
}

export interface InboundListener {
  onFrame(frame: Buffer): void;
  onFramingFault(fault: FramingFault): void;
}

/**
 * Reads PDUs off a socket, and stops reading while the peer has too much from us to answer or does not take
 * what we answer. What was read already stays in the framer, in order, until reading goes on.
 */
export class Inbound {
  private readonly framer: PduFramer;
  private unanswered = 0;
  private isPausedNow = false;
  private isCutting = false;
  private isStopped = false;

  constructor(
    private readonly socket: Socket,
    private readonly outbox: Outbox,
    private readonly limits: InboundLimits,
    private readonly listener: InboundListener,
  ) {
    this.framer = new PduFramer(limits.maxPduBytes);
    socket.on('data', (chunk: Buffer) => this.read(chunk));
    socket.on('drain', () => this.resumeIfPossible());
  }

  get isPaused(): boolean {
    return this.isPausedNow;
  }

  get unansweredCount(): number {
    return this.unanswered;
  }

  /** Counts a request of the peer that waits for our answer. */
  hold(): void {
    this.unanswered += 1;
  }

  release(): void {
    this.unanswered -= 1;
    this.resumeIfPossible();
  }

  /** Reads on, so that the end of the connection is seen, but looks at nothing any more. */
  stop(): void {
    this.isStopped = true;
    this.isPausedNow = false;
    this.socket.resume();
  }

  private read(chunk: Buffer): void {
    if (this.isStopped) return;
    this.framer.push(chunk);
    if (!this.isPausedNow) this.cutFrames();
  }

  private cutFrames(): void {
    if (this.isCutting) return;
    this.isCutting = true;
    try {
      while (!this.isStopped && !this.pauseIfNeeded()) {
        const frame = this.framer.next();
        if (!frame) break;
        this.listener.onFrame(frame);
      }
    } finally {
      // A listener that throws must not leave the session deaf.
      this.isCutting = false;
    }
    // Answers made on the way leave now instead of a turn of the event loop later.
    this.outbox.flush();
    const fault = this.framer.framingFault;
    if (fault && !this.isStopped) this.listener.onFramingFault(fault);
  }

  private pauseIfNeeded(): boolean {
    const { maxUnansweredIncoming, maxBufferedBytes } = this.limits;
    if (this.unanswered < maxUnansweredIncoming && this.outbox.bufferedBytes <= maxBufferedBytes)
      return false;
    this.isPausedNow = true;
    this.socket.pause();
    return true;
  }

  /** Half the limit must be free before reading goes on, so that it does not stop again after one PDU. */
  private resumeIfPossible(): void {
    if (!this.isPausedNow || this.isCutting) return;
    const { maxUnansweredIncoming, maxBufferedBytes } = this.limits;
    if (this.unanswered > maxUnansweredIncoming / 2 || this.outbox.bufferedBytes > maxBufferedBytes) return;
    this.isPausedNow = false;
    this.cutFrames();
    if (!this.isPausedNow) this.socket.resume();
  }
}
