import { INTERFACE_VERSION } from '../pdu/bind-bodies.js';
import { RESPONSE_OF } from '../pdu/commands.js';
import type { Bind, BindResp, PduInput } from '../pdu/pdu.js';
import { STATUS } from '../pdu/statuses.js';
import { type BindMode, modeOfBind } from './roles.js';
import type { BindHandler } from './session-options.js';

export type SessionState = 'open' | 'binding' | 'bound' | 'closing' | 'closed';

export function isBoundStatus(status: number): boolean {
  return status === STATUS.ESME_ROK || status === STATUS.ESME_RALYBND;
}

/** Where a session stands between connecting and closing, and who is at the other end. */
export class Binding {
  state: SessionState = 'open';
  mode: BindMode | undefined;
  peerSystemId = '';

  /** The mode in which requests may come in: still there while the session drains, gone when it was never bound. */
  get intakeMode(): BindMode | undefined {
    return this.state === 'bound' || this.state === 'closing' ? this.mode : undefined;
  }

  startBind(mode: BindMode): void {
    this.state = 'binding';
    this.mode = mode;
  }

  /** Takes the answer to our bind. Status 0x05, "already bound", counts as bound (S1). */
  applyResponse(response: BindResp): boolean {
    if (this.state !== 'binding') return false;
    if (!isBoundStatus(response.status)) {
      this.state = 'open';
      return false;
    }
    this.state = 'bound';
    this.peerSystemId = response.systemId;
    return true;
  }

  /**
   * Lets a peer in or not, and returns the status it gets; a bind while bound or binding gets 0x05. A handler
   * that answers at once is applied at once: some peers send their first message without awaiting the answer.
   */
  admit(bind: Bind, handler: BindHandler | undefined, remoteAddress: string): number | Promise<number> {
    if (this.state !== 'open') return STATUS.ESME_RALYBND;
    this.startBind(modeOfBind(bind.command));
    // A handler that fails must not let anybody in, and the peer may try again.
    try {
      const decision = handler ? handler(bind, remoteAddress) : STATUS.ESME_ROK;
      if (typeof decision === 'number') return this.applyDecision(bind, decision);
      return decision.catch(() => STATUS.ESME_RSYSERR).then((status) => this.applyDecision(bind, status));
    } catch {
      return this.applyDecision(bind, STATUS.ESME_RSYSERR);
    }
  }

  private applyDecision(bind: Bind, status: number): number {
    // The connection may have ended while the handler was deciding.
    if (this.state !== 'binding') return STATUS.ESME_RBINDFAIL;
    this.state = status === STATUS.ESME_ROK ? 'bound' : 'open';
    if (status === STATUS.ESME_ROK) this.peerSystemId = bind.systemId;
    return status;
  }
}

export function bindResponse(bind: Bind, systemId: string): PduInput {
  return { command: RESPONSE_OF[bind.command], systemId, tlvs: { scInterfaceVersion: INTERFACE_VERSION } };
}
