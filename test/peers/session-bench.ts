import { connectSession, type SessionOptions, type SmppSession, type SubmitSmInput } from '#smpp';
import { RawCarrier } from './raw-carrier.js';

export const TESTER = { systemId: 'tester', password: 'secret' };

/** A submit_sm that can be told from the others by its number. */
export const submitSm = (index = 0): SubmitSmInput => ({
  command: 'submit_sm',
  destinationAddr: `8869${String(index).padStart(8, '0')}`,
  shortMessage: Buffer.from(`message ${index}`),
});

/** Sessions of ours against raw carriers, for one test; `clear` ends them all. */
export class SessionBench {
  private readonly endings: (() => unknown)[] = [];

  async startCarrier(bindStatus: number | 'silent' = 0): Promise<RawCarrier> {
    const carrier = await RawCarrier.start(bindStatus);
    this.endings.push(() => carrier.stop());
    return carrier;
  }

  connect(carrier: RawCarrier, session: SessionOptions): Promise<SmppSession> {
    return connectSession({ host: '127.0.0.1', port: carrier.port, bind: TESTER, session });
  }

  async open(
    session: SessionOptions = {},
    bindStatus = 0,
  ): Promise<{ carrier: RawCarrier; session: SmppSession }> {
    const carrier = await this.startCarrier(bindStatus);
    const opened = await this.connect(carrier, session);
    this.endings.push(() => opened.destroy());
    return { carrier, session: opened };
  }

  async clear(): Promise<void> {
    for (const end of this.endings.splice(0).reverse()) await end();
  }
}
