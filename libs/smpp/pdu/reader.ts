import { SmppFieldError } from './field-error.js';
import { STATUS } from './statuses.js';

/** Reads fields of one PDU; never beyond its end, whatever the bytes say. */
export class PduReader {
  constructor(
    private readonly buffer: Buffer,
    private position: number,
    private readonly end: number,
  ) {}

  get remaining(): number {
    return this.end - this.position;
  }

  /** Reads an unsigned integer of 1, 2 or 4 bytes, big endian. */
  readInt(field: string, bytes: number): number {
    this.requireBytes(field, bytes);
    let value = 0;
    for (let index = 0; index < bytes; index++) value = value * 256 + (this.buffer[this.position++] ?? 0);
    return value;
  }

  readInt1(field: string): number {
    this.requireBytes(field, 1);
    return this.buffer[this.position++] ?? 0;
  }

  /** The two-byte integer `offset` bytes ahead, or 0 when that is past the end. Moves nothing. */
  peekInt2(offset: number): number {
    const at = this.position + offset;
    if (at + 2 > this.end) return 0;
    return (this.buffer[at] ?? 0) * 256 + (this.buffer[at + 1] ?? 0);
  }

  /** Reads Latin-1 text up to its NUL, which must come within `maxBytes` (the NUL counted) and within the PDU. */
  readCString(field: string, maxBytes: number, status: number): string {
    const { buffer, position } = this;
    const limit = Math.min(this.end, position + maxBytes);
    for (let index = position; index < limit; index++) {
      if (buffer[index] !== 0) continue;
      this.position = index + 1;
      return index === position ? '' : buffer.toString('latin1', position, index);
    }
    const isCut = limit === this.end && this.end < position + maxBytes;
    throw new SmppFieldError(
      field,
      isCut ? 'the PDU ends inside it' : `longer than ${maxBytes - 1} characters`,
      isCut ? STATUS.ESME_RINVCMDLEN : status,
    );
  }

  /** A view, not a copy: it lives as long as the bytes it was read from. */
  readOctets(field: string, length: number): Buffer {
    this.requireBytes(field, length);
    const octets = this.buffer.subarray(this.position, this.position + length);
    this.position += length;
    return octets;
  }

  private requireBytes(field: string, bytes: number): void {
    if (this.end - this.position < bytes) {
      throw new SmppFieldError(field, 'the PDU ends before it', STATUS.ESME_RINVCMDLEN);
    }
  }
}
