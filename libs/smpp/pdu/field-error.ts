/**
 * A field of a PDU that cannot be written or read. `status` is the SMPP status the peer deserves for it,
 * so that a session can answer a bad request without knowing its fields.
 */
export class SmppFieldError extends Error {
  constructor(
    readonly field: string,
    readonly problem: string,
    readonly status: number,
  ) {
    // A peer can cause these as fast as it can send, and walking the stack costs more than all the rest of a
    // PDU. The message names the field, which is what anybody needs to know.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(`${field}: ${problem}`);
    Error.stackTraceLimit = stackTraceLimit;
    this.name = 'SmppFieldError';
  }
}
