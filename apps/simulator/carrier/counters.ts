/** What happened since the start or the last reset. submitted = accepted + refused + throttled. */
export class Counters {
  submitted = 0;
  accepted = 0;
  refused = 0;
  throttled = 0;
  /** Accepted parts whose recipient, sender and text had been accepted before. */
  duplicateParts = 0;
  /** Accepted submits that were never answered, on purpose. */
  responsesLost = 0;
  /** Receipts put on the wire, those sent again included. */
  receiptsSent = 0;
  receiptsAcknowledged = 0;
  /** Receipts the client refused for good. */
  receiptsRejected = 0;
  /** Receipts lost because too many were waiting. */
  receiptsDropped = 0;
  repliesSent = 0;
  repliesAcknowledged = 0;

  reset(): void {
    Object.assign(this, new Counters());
  }
}
