import { decodeText } from './message-text.js';
import { type Part, normaliseNumber } from './part.js';
import { PartAssembler, type WholeMessage } from './part-assembler.js';

/** Phones kept; the one texted longest ago goes first. */
export const MAX_PHONES = 20_000;
/** Phones forgotten at once: the oldest entry of a Map is found by a walk over all that were deleted before it. */
const FORGOTTEN_AT_ONCE = 1_000;
/** Messages kept of one phone; the oldest go first. */
export const MAX_MESSAGES_PER_PHONE = 50;
/** Octets of text kept of all phones together: a flood of long texts must not fill the memory either. */
export const MAX_TEXT_OCTETS = 64 * 1024 * 1024;

interface StoredMessage {
  readonly from: string;
  readonly octets: string;
  readonly dataCoding: number;
  readonly parts: number;
  readonly atMs: number;
  /** False when the carrier accepted it but the phone never got it. */
  readonly hasArrived: boolean;
}

interface Phone {
  readonly number: string;
  readonly messages: StoredMessage[];
  /** The system id that last texted it: its replies go there. */
  systemId: string;
}

/** A message as its phone shows it. */
export interface PhoneMessage {
  from: string;
  body: string;
  parts: number;
  receivedAt: string;
  mediaUrls: string[];
}

export interface PhoneSummary {
  phone: string;
  /** Messages the carrier accepted for it, among those kept. */
  messages: number;
  /** The most of them with one and the same text from one sender: more than 1 is a message sent twice. */
  identicalMessages: number;
  lastMessage: PhoneMessage | null;
}

export interface PhoneQuery {
  minMessages: number;
  minIdentical: number;
  limit: number;
}

/** Everything phones have received, within fixed limits. Texts are decoded when somebody reads them. */
export class PhoneBook {
  /** Grows with every message, so that a page can ask whether anything happened. */
  version = 0;
  /** In the order of the last message, the longest ago first. */
  private readonly phones = new Map<string, Phone>();
  private readonly assembler = new PartAssembler();
  private textOctets = 0;

  get phoneCount(): number {
    return this.phones.size;
  }

  get keptOctets(): number {
    return this.textOctets;
  }

  get incompleteMessages(): number {
    return this.assembler.incomplete;
  }

  receive(part: Part, systemId: string, hasArrived: boolean, nowMs: number): void {
    const whole = this.assembler.add(part, nowMs);
    if (whole) this.store(part, whole, systemId, hasArrived, nowMs);
  }

  /** What a phone received, newest first. */
  messagesOf(number: string): PhoneMessage[] {
    const messages = this.phones.get(normaliseNumber(number))?.messages ?? [];
    return messages
      .filter((message) => message.hasArrived)
      .map(showMessage)
      .reverse();
  }

  /** The system id that last texted a phone. */
  systemIdOf(number: string): string | undefined {
    return this.phones.get(normaliseNumber(number))?.systemId;
  }

  /** The phones most recently texted, newest first. */
  list({ minMessages, minIdentical, limit }: PhoneQuery): PhoneSummary[] {
    const found: PhoneSummary[] = [];
    for (const phone of [...this.phones.values()].reverse()) {
      if (found.length >= limit) break;
      if (phone.messages.length < Math.max(minMessages, minIdentical)) continue;
      const identicalMessages = countIdentical(phone.messages);
      if (identicalMessages >= minIdentical) found.push(summarise(phone, identicalMessages));
    }
    return found;
  }

  clear(): void {
    this.phones.clear();
    this.assembler.clear();
    this.textOctets = 0;
    this.version += 1;
  }

  private store(part: Part, whole: WholeMessage, systemId: string, hasArrived: boolean, atMs: number): void {
    const { from, to, dataCoding } = part;
    const phone = this.touch(to, systemId);
    phone.messages.push({ from, dataCoding, ...whole, atMs, hasArrived });
    this.textOctets += whole.octets.length;
    this.version += 1;
    if (phone.messages.length > MAX_MESSAGES_PER_PHONE) {
      this.textOctets -= phone.messages.shift()?.octets.length ?? 0;
    }
    if (this.phones.size > MAX_PHONES || this.textOctets > MAX_TEXT_OCTETS) this.forgetOldest(to);
  }

  /** Moves the phone to the end of the order, which makes it the newest. */
  private touch(number: string, systemId: string): Phone {
    const phone = this.phones.get(number) ?? { number, messages: [], systemId };
    this.phones.delete(number);
    this.phones.set(number, phone);
    phone.systemId = systemId;
    return phone;
  }

  /** The phone just texted stays, however long its texts are. */
  private forgetOldest(newest: string): void {
    const kept = Math.max(0, this.phones.size - FORGOTTEN_AT_ONCE);
    for (const [number, phone] of this.phones) {
      if (this.phones.size <= kept && this.textOctets <= MAX_TEXT_OCTETS) return;
      if (number === newest) return;
      this.phones.delete(number);
      for (const message of phone.messages) this.textOctets -= message.octets.length;
    }
  }
}

function showMessage({ from, octets, dataCoding, parts, atMs }: StoredMessage): PhoneMessage {
  const receivedAt = new Date(atMs).toISOString();
  return { from, body: decodeText(octets, dataCoding), parts, receivedAt, mediaUrls: [] };
}

function summarise(phone: Phone, identicalMessages: number): PhoneSummary {
  const last = phone.messages.findLast((message) => message.hasArrived);
  return {
    phone: `+${phone.number}`,
    messages: phone.messages.length,
    identicalMessages,
    lastMessage: last ? showMessage(last) : null,
  };
}

function countIdentical(messages: readonly StoredMessage[]): number {
  if (messages.length < 2) return messages.length;
  const counts = new Map<string, number>();
  let most = 0;
  for (const { from, octets, dataCoding } of messages) {
    const key = `${from} ${dataCoding} ${octets}`;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    if (count > most) most = count;
  }
  return most;
}
