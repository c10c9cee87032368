import { encodeMessage } from '#domain';
import type { DeliverSmInput } from '#smpp';
import type { DeliveryDesk } from '../deliveries/delivery-desk.js';
import { normaliseNumber } from './part.js';
import type { PhoneBook } from './phone-book.js';

const UDH_INDICATOR = 0x40;
/** Type of number "international", plan E.164. */
const INTERNATIONAL = 1;

/** Nobody is bound who could take a reply, or too much waits for them already. */
export class NoReceiverError extends Error {
  constructor() {
    super('no client is bound that can receive');
    this.name = 'NoReceiverError';
  }
}

/** Sends what people answer to the client that texted them last. */
export class ReplySender {
  private lastReference = 0;

  constructor(
    private readonly phones: PhoneBook,
    private readonly desk: DeliveryDesk,
  ) {}

  /**
   * @param number whose phone it is
   * @param to the sender id or number answered to
   * @returns the number of parts sent
   * @throws NoReceiverError, DomainError `messages.text_too_long`
   */
  send(number: string, to: string, body: string): number {
    const login = this.desk.findReceiver(this.phones.systemIdOf(number));
    if (!login) throw new NoReceiverError();
    this.lastReference += 1;
    const { payloads, dataCoding, esmClassUdhi } = encodeMessage(body, this.lastReference);
    for (const shortMessage of payloads) {
      const pdu: DeliverSmInput = {
        command: 'deliver_sm',
        sourceAddrTon: INTERNATIONAL,
        sourceAddrNpi: INTERNATIONAL,
        sourceAddr: normaliseNumber(number),
        destinationAddr: to,
        esmClass: esmClassUdhi ? UDH_INDICATOR : 0,
        dataCoding,
        shortMessage,
      };
      if (!this.desk.reply({ kind: 'reply', login, pdu })) throw new NoReceiverError();
    }
    return payloads.length;
  }
}
