import { SmppFieldError } from './field-error.js';
import { STATUS } from './statuses.js';

/** Writes fields one after the other into a buffer whose room the caller has made sure of. */
export class PduWriter {
  constructor(
    readonly buffer: Buffer,
    public position = 0,
  ) {}

  /** Writes an unsigned integer of 1, 2 or 4 bytes, big endian; throws when the value does not fit. */
  writeInt(field: string, value: number, bytes: number): void {
    const limit = bytes === 1 ? 0xff : bytes === 2 ? 0xffff : 0xffffffff;
    if (!(value >= 0 && value <= limit) || !Number.isInteger(value)) {
      throw new SmppFieldError(
        field,
        `${value} is not an integer of ${bytes} bytes`,
        STATUS.ESME_RINVOPTPARAMVAL,
      );
    }
    const { buffer } = this;
    if (bytes === 4) {
      buffer[this.position++] = value >>> 24;
      buffer[this.position++] = (value >>> 16) & 0xff;
    }
    if (bytes >= 2) buffer[this.position++] = (value >>> 8) & 0xff;
    buffer[this.position++] = value & 0xff;
  }

  writeInt1(field: string, value: number): void {
    this.writeInt(field, value, 1);
  }

  /**
   * Writes Latin-1 text and its terminating NUL. `maxBytes` counts the NUL, as the specification does.
   * A character-by-character loop is faster than `Buffer.write` for the short texts of SMPP and checks them on the way.
   */
  writeCString(field: string, text: string, maxBytes: number, status: number): void {
    const { length } = text;
    if (length >= maxBytes) {
      throw new SmppFieldError(field, `${length} characters, at most ${maxBytes - 1} fit`, status);
    }
    const { buffer } = this;
    let position = this.position;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code === 0 || code > 0xff) {
        throw new SmppFieldError(field, `character ${code} at ${index} cannot be written`, status);
      }
      buffer[position++] = code;
    }
    buffer[position++] = 0;
    this.position = position;
  }

  writeOctets(octets: Buffer): void {
    this.position += octets.copy(this.buffer, this.position);
  }
}
