import type { Socket } from 'node:net';
import { boundPduBytes, writePdu } from '../pdu/encode.js';
import type { PduInput } from '../pdu/pdu.js';
import { PduWriter } from '../pdu/writer.js';

const CHUNK_BYTES = 65_536;
/** Chunks kept for reuse by all sessions of the process: 4 MiB at most. */
const MAX_POOLED_CHUNKS = 64;
const pool: Buffer[] = [];

function takeChunk(bytes: number): Buffer {
  if (bytes > CHUNK_BYTES) return Buffer.allocUnsafeSlow(bytes);
  return pool.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
}

function returnChunk(chunk: Buffer): void {
  if (chunk.length === CHUNK_BYTES && pool.length < MAX_POOLED_CHUNKS) pool.push(chunk);
}

/**
 * Gathers the PDUs of one turn of the event loop into one write: a write per PDU costs more than everything
 * else a session does. Each PDU is encoded once, straight into a pooled chunk.
 *
 * Writes are numbered, so that a request which was encoded but never handed to the socket can be told apart
 * from one that may have reached the peer.
 */
export class Outbox {
  private writer: PduWriter | undefined;
  private openWriteNumber = 1;
  private isFlushScheduled = false;
  private isClosed = false;
  private readonly flushSoon = (): void => {
    this.isFlushScheduled = false;
    this.flush();
  };

  constructor(private readonly socket: Socket) {}

  /** The number of the last write handed to the socket; a PDU with a higher number never left. */
  get flushedWriteNumber(): number {
    return this.openWriteNumber - 1;
  }

  /** True while the socket has more than it wants to hold; requests should wait for its `drain`. */
  get isBlocked(): boolean {
    return this.socket.writableNeedDrain;
  }

  /** Octets handed to the socket that the peer has not taken yet. */
  get bufferedBytes(): number {
    return this.socket.writableLength;
  }

  /** Encodes a PDU and returns the number of the write it will leave with. Throws SmppFieldError. */
  add(pdu: PduInput, sequence: number, status: number): number {
    const bytes = boundPduBytes(pdu);
    if (this.writer && this.writer.buffer.length - this.writer.position < bytes) this.flush();
    this.writer ??= new PduWriter(takeChunk(bytes));
    writePdu(this.writer, pdu, sequence, status);
    this.scheduleFlush();
    return this.openWriteNumber;
  }

  /** Sends bytes as they are, after everything added before. */
  addRaw(octets: Buffer): void {
    this.flush();
    if (!this.isClosed && this.socket.writable) this.socket.write(octets);
  }

  flush(): void {
    const writer = this.writer;
    if (!writer || writer.position === 0) return;
    this.writer = undefined;
    if (this.isClosed || !this.socket.writable) return returnChunk(writer.buffer);
    this.openWriteNumber += 1;
    this.socket.write(writer.buffer.subarray(0, writer.position), (error) => {
      // After an error the system may still hold the chunk, so it is left to the garbage collector.
      if (!error) returnChunk(writer.buffer);
    });
  }

  /** From here on nothing is handed to the socket any more. */
  close(): void {
    this.isClosed = true;
    this.flush();
  }

  private scheduleFlush(): void {
    if (this.isFlushScheduled) return;
    this.isFlushScheduled = true;
    setImmediate(this.flushSoon);
  }
}
