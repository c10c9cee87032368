import type { Concatenation } from '#domain';
import type { Part } from './part.js';

/** Messages whose parts are not all there; the oldest are given up first. */
const MAX_OPEN_MESSAGES = 20_000;
/** A phone gives a message up whose last part does not come. */
const ASSEMBLY_TIMEOUT_MS = 60_000;
const SWEEP_PAUSE_MS = 1_000;
/** Messages given up at once when there are too many, so that not every part looks for the oldest. */
const GIVEN_UP_AT_ONCE = 1_000;

/** All the octets of one message. */
export interface WholeMessage {
  readonly octets: string;
  readonly parts: number;
}

interface OpenMessage {
  readonly slots: (string | undefined)[];
  missing: number;
  readonly startedAtMs: number;
}

/** Puts the parts of long messages together, whatever order they come in. */
export class PartAssembler {
  /** Messages given up for want of a part. */
  incomplete = 0;
  private readonly open = new Map<string, OpenMessage>();
  private nextSweepMs = 0;

  /** Takes a part; returns the message it completes. */
  add(part: Part, nowMs: number): WholeMessage | undefined {
    if (!part.concatenation) return { octets: part.octets, parts: 1 };
    this.giveUpOld(nowMs);
    return this.fill(part, part.concatenation, nowMs);
  }

  clear(): void {
    this.open.clear();
    this.incomplete = 0;
  }

  private fill(part: Part, place: Concatenation, nowMs: number): WholeMessage | undefined {
    const { reference, total, sequence } = place;
    const key = `${part.to} ${part.from} ${reference} ${total}`;
    const message = this.openMessage(key, sequence, part.octets, total, nowMs);
    if (message.slots[sequence - 1] === undefined) message.missing -= 1;
    message.slots[sequence - 1] = part.octets;
    if (message.missing > 0) return undefined;
    this.open.delete(key);
    return { octets: message.slots.join(''), parts: total };
  }

  /** Another text in a place that is taken belongs to a new message: references come round after 256. */
  private openMessage(key: string, sequence: number, octets: string, total: number, nowMs: number) {
    const known = this.open.get(key);
    const inPlace = known?.slots[sequence - 1];
    if (known && (inPlace === undefined || inPlace === octets)) return known;
    if (known) this.giveUp(key);
    const slots = new Array<string | undefined>(total).fill(undefined);
    const message: OpenMessage = { slots, missing: total, startedAtMs: nowMs };
    this.open.set(key, message);
    return message;
  }

  private giveUpOld(nowMs: number): void {
    const isFull = this.open.size >= MAX_OPEN_MESSAGES;
    if (nowMs < this.nextSweepMs && !isFull) return;
    this.nextSweepMs = nowMs + SWEEP_PAUSE_MS;
    const kept = isFull ? MAX_OPEN_MESSAGES - GIVEN_UP_AT_ONCE : MAX_OPEN_MESSAGES;
    for (const [key, message] of this.open) {
      const isDue = message.startedAtMs + ASSEMBLY_TIMEOUT_MS <= nowMs;
      if (!isDue && this.open.size <= kept) return;
      this.giveUp(key);
    }
  }

  private giveUp(key: string): void {
    this.open.delete(key);
    this.incomplete += 1;
  }
}
