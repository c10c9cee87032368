import { HEADER_BYTES } from './encode.js';

/** Longest PDU taken by default; a message_payload may have 65,535 octets, which nobody sends by SMS. */
export const DEFAULT_MAX_PDU_BYTES = 65_536;
const LENGTH_BYTES = 4;

/** A command_length no PDU can have: where the next PDU starts is unknown from here on. */
export interface FramingFault {
  commandLength: number;
}

/**
 * Cuts a byte stream into PDUs, whatever the chunks. A PDU that lies whole in one chunk is a view into it;
 * one that does not is copied once, into a buffer of its own length, so the cost stays linear even at one byte a time.
 */
export class PduFramer {
  private readonly chunks: Buffer[] = [];
  private offset = 0;
  private readonly lengthOctets = Buffer.alloc(LENGTH_BYTES);
  private lengthFilled = 0;
  private partial: Buffer | undefined;
  private partialFilled = 0;
  private fault: FramingFault | undefined;

  constructor(private readonly maxPduBytes: number = DEFAULT_MAX_PDU_BYTES) {}

  push(chunk: Buffer): void {
    if (chunk.length > 0 && !this.fault) this.chunks.push(chunk);
  }

  /** The framing fault, once there is one; nothing is cut after it. */
  get framingFault(): FramingFault | undefined {
    return this.fault;
  }

  /** The next complete PDU, or undefined when more bytes are needed or the framing is broken. */
  next(): Buffer | undefined {
    for (;;) {
      const chunk = this.chunks[0];
      if (chunk === undefined || this.fault) return undefined;
      const frame = this.cutFrom(chunk);
      if (this.offset >= chunk.length) {
        this.chunks.shift();
        this.offset = 0;
      }
      if (frame) return frame;
    }
  }

  private cutFrom(chunk: Buffer): Buffer | undefined {
    if (this.partial) return this.fillPartial(this.partial, chunk);
    const available = chunk.length - this.offset;
    if (this.lengthFilled > 0 || available < LENGTH_BYTES) {
      this.fillLength(chunk);
      return undefined;
    }
    const length = chunk.readUInt32BE(this.offset);
    if (!this.acceptLength(length)) return undefined;
    if (available < length) {
      this.startPartial(length);
      return undefined;
    }
    const frame = chunk.subarray(this.offset, this.offset + length);
    this.offset += length;
    return frame;
  }

  private fillLength(chunk: Buffer): void {
    const copied = chunk.copy(this.lengthOctets, this.lengthFilled, this.offset);
    this.offset += copied;
    this.lengthFilled += copied;
    if (this.lengthFilled < LENGTH_BYTES) return;
    const length = this.lengthOctets.readUInt32BE(0);
    this.lengthFilled = 0;
    if (!this.acceptLength(length)) return;
    this.startPartial(length);
    this.partialFilled = this.lengthOctets.copy(this.partial as Buffer);
  }

  private startPartial(length: number): void {
    this.partial = Buffer.allocUnsafe(length);
    this.partialFilled = 0;
  }

  private fillPartial(partial: Buffer, chunk: Buffer): Buffer | undefined {
    const copied = chunk.copy(partial, this.partialFilled, this.offset);
    this.offset += copied;
    this.partialFilled += copied;
    if (this.partialFilled < partial.length) return undefined;
    this.partial = undefined;
    return partial;
  }

  private acceptLength(length: number): boolean {
    if (length >= HEADER_BYTES && length <= this.maxPduBytes) return true;
    this.fault = { commandLength: length };
    this.chunks.length = 0;
    this.offset = 0;
    return false;
  }
}
