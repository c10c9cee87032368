import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** The wire between workers and the carrier: it can be cut in the middle of anything, stay down, and come up again. */
export class CarrierLine {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isDown = false;
  #isMute = false;

  private constructor(private readonly carrierPort: number) {
    this.#server = createServer((client) => this.#join(client));
  }

  static async open(carrierPort: number): Promise<CarrierLine> {
    const line = new CarrierLine(carrierPort);
    line.#server.listen(0, '127.0.0.1');
    await once(line.#server, 'listening');
    return line;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Ends every connection as a cable would: whatever was on it is gone. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
    this.#isMute = false;
  }

  /** Nobody gets through until `comeUp`. */
  goDown(): void {
    this.#isDown = true;
    this.cut();
  }

  comeUp(): void {
    this.#isDown = false;
  }

  /** What the carrier says is lost from now on, until the line is cut; what it is told still arrives. */
  loseAnswers(): void {
    this.#isMute = true;
  }

  async close(): Promise<void> {
    this.goDown();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(client: Socket): void {
    const carrier = connect(this.carrierPort, '127.0.0.1');
    this.#keep(client, carrier);
    this.#keep(carrier, client);
    if (this.#isDown) client.resetAndDestroy();
    client.on('data', (chunk) => carrier.write(chunk));
    carrier.on('data', (chunk) => {
      if (!this.#isMute) client.write(chunk);
    });
  }

  #keep(socket: Socket, other: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      other.destroy();
    });
  }
}
