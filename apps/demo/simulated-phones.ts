import type { HttpClient } from './http-client.js';
import { pollUntil } from './poll.js';

export interface PhoneMessage {
  from: string;
  body: string;
  parts: number;
  receivedAt: string;
}

interface Behaviour {
  receiptLossRate: number;
  refuseRate: number;
  undeliveredRate: number;
  expiredRate: number;
  responseLossRate: number;
  disconnectAfter: number | null;
}

/** The carrier's side of the story: the phones, and what the carrier counted. */
export class SimulatedPhones {
  constructor(private readonly client: HttpClient) {}

  /** What a phone received, newest first. */
  async messagesOf(e164: string): Promise<PhoneMessage[]> {
    const { data } = await this.client.get<{ data: PhoneMessage[] }>(
      `/simulator/api/phones/${encodeURIComponent(e164)}/messages`,
    );
    return data;
  }

  /** The first message from now on that satisfies the condition. */
  async waitForMessage(e164: string, isWanted: (message: PhoneMessage) => boolean): Promise<PhoneMessage> {
    const messages = await pollUntil({
      what: `a message on the phone ${e164}`,
      read: () => this.messagesOf(e164),
      isDone: (received) => received.some(isWanted),
    });
    return messages.find(isWanted) as PhoneMessage;
  }

  /** Parts the carrier accepted although it had accepted the same text for the same number before. */
  async countDuplicateParts(): Promise<number> {
    const stats = await this.client.get<{ duplicateParts: number }>('/simulator/api/stats');
    return stats.duplicateParts;
  }

  /** False when somebody told the carrier to lose or refuse at random: then no count by state can be foretold. */
  async isHonest(): Promise<boolean> {
    const mood = await this.client.get<Behaviour>('/simulator/api/behaviour');
    const rates = [
      mood.receiptLossRate,
      mood.refuseRate,
      mood.undeliveredRate,
      mood.expiredRate,
      mood.responseLossRate,
      mood.disconnectAfter ?? 0,
    ];
    return rates.every((rate) => rate === 0);
  }
}
