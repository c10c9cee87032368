import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type CommandName, decodePdu, encodePdu, type Pdu, PduFramer, type PduInput } from '#smpp';

/**
 * A carrier that does only what a test tells it: it answers a bind, keeps what it receives, and sends any
 * bytes. It stands on the codec alone, so that a session is tested against something that is not a session.
 */
export class RawCarrier {
  readonly received: Pdu[] = [];
  private socket: Socket | undefined;
  private waiters: (() => void)[] = [];

  private constructor(
    private readonly server: Server,
    private readonly bindStatus: number | 'silent',
  ) {}

  static async start(bindStatus: number | 'silent' = 0): Promise<RawCarrier> {
    const server = createServer({ allowHalfOpen: true });
    const carrier = new RawCarrier(server, bindStatus);
    server.on('connection', (socket) => carrier.take(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return carrier;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The `count`-th PDU of a command, once it has come. */
  async receive<C extends CommandName>(command: C, count = 1): Promise<Extract<Pdu, { command: C }>> {
    for (;;) {
      const found = this.received.filter((pdu) => pdu.command === command);
      const wanted = found[count - 1];
      if (wanted) return wanted as Extract<Pdu, { command: C }>;
      await new Promise<void>((resolve) => this.waiters.push(resolve));
    }
  }

  count(command: CommandName): number {
    return this.received.filter((pdu) => pdu.command === command).length;
  }

  send(pdu: PduInput, sequence: number, status = 0): void {
    this.write(encodePdu(pdu, sequence, status));
  }

  write(octets: Buffer): void {
    this.socket?.write(octets);
  }

  /** Closes its side of the connection, and waits for the other. */
  async hangUp(): Promise<void> {
    this.socket?.end();
    await this.whenHungUp();
  }

  async whenHungUp(): Promise<void> {
    if (this.socket && !this.socket.destroyed) await once(this.socket, 'close');
  }

  cut(): void {
    this.socket?.resetAndDestroy();
  }

  async stop(): Promise<void> {
    this.socket?.destroy();
    this.server.close();
    if (this.server.listening) await once(this.server, 'close');
  }

  private take(socket: Socket): void {
    this.socket = socket;
    const framer = new PduFramer();
    socket.on('error', () => undefined);
    socket.on('end', () => socket.end());
    socket.on('data', (chunk: Buffer) => {
      framer.push(chunk);
      for (let frame = framer.next(); frame; frame = framer.next()) this.keep(frame);
    });
  }

  private keep(frame: Buffer): void {
    const result = decodePdu(Buffer.from(frame));
    if (!result.ok) throw result.fault.error;
    const { pdu } = result;
    this.received.push(pdu);
    if (pdu.command === 'bind_transceiver' && this.bindStatus !== 'silent') {
      this.send({ command: 'bind_transceiver_resp', systemId: 'RAW' }, pdu.sequence, this.bindStatus);
    }
    const woken = this.waiters;
    this.waiters = [];
    for (const wake of woken) wake();
  }
}
