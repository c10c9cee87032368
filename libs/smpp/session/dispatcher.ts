import type { EventEmitter } from 'node:events';
import { isResponseId, RESPONSE_OF } from '../pdu/commands.js';
import { decodePdu, type PduFault } from '../pdu/decode.js';
import type { Bind, BindResp, Pdu, PduInput } from '../pdu/pdu.js';
import { STATUS } from '../pdu/statuses.js';
import { NO_TLVS } from '../pdu/tlvs.js';
import { bindResponse, type Binding } from './binding.js';
import type { SessionTime } from './clock.js';
import type { ControlRequests } from './control-requests.js';
import type { Keepalive } from './keepalive.js';
import type { RequestIntake } from './request-intake.js';
import type { RequestSender } from './request-sender.js';
import type { BindMode, SessionRole } from './roles.js';
import type { SessionEvents } from './session-events.js';
import type { ResolvedSessionOptions } from './session-options.js';

/** The parts of a session a PDU may concern. */
export interface DispatcherParts {
  options: ResolvedSessionOptions;
  binding: Binding;
  controls: ControlRequests;
  requests: RequestSender;
  intake: RequestIntake;
  keepalive: Keepalive;
  time: SessionTime;
  /** Ends the session after the peer's unbind is answered. */
  endByPeer: () => void;
}

/** What the dispatcher needs of the session itself. */
export interface DispatcherHost extends EventEmitter<SessionEvents> {
  readonly role: SessionRole;
  readonly remoteAddress: string;
  sendPdu(pdu: PduInput, sequence: number, status?: number): void;
}

/** The receiving half of a session: decides what each PDU of the peer means and who must hear of it. */
export class Dispatcher {
  constructor(
    private readonly host: DispatcherHost,
    private readonly parts: DispatcherParts,
  ) {}

  /** Takes one complete PDU off the wire. Every PDU of the peer is an answer to "are you there?". */
  receiveFrame(frame: Buffer): void {
    this.parts.keepalive.hear(this.parts.time.nowMs);
    const result = decodePdu(frame);
    if (result.ok) this.receivePdu(result.pdu);
    else this.answerFault(result.fault);
  }

  private receivePdu(pdu: Pdu): void {
    switch (pdu.command) {
      case 'submit_sm_resp':
      case 'data_sm_resp':
      case 'deliver_sm_resp':
      case 'query_sm_resp':
      case 'cancel_sm_resp':
      case 'replace_sm_resp':
      case 'submit_multi_resp':
      case 'generic_nack':
        return this.settle(pdu);
      case 'submit_sm':
      case 'data_sm':
      case 'deliver_sm':
      case 'query_sm':
      case 'cancel_sm':
      case 'replace_sm':
      case 'submit_multi':
        return this.parts.intake.take(pdu, this.parts.binding.intakeMode);
      case 'bind_transmitter':
      case 'bind_receiver':
      case 'bind_transceiver':
        return this.answerBind(pdu);
      case 'bind_transmitter_resp':
      case 'bind_receiver_resp':
      case 'bind_transceiver_resp':
        return this.receiveBindResponse(pdu);
      case 'enquire_link':
        return this.host.sendPdu({ command: 'enquire_link_resp' }, pdu.sequence);
      case 'enquire_link_resp':
        return;
      case 'unbind':
        this.host.sendPdu({ command: 'unbind_resp' }, pdu.sequence);
        return this.parts.endByPeer();
      case 'unbind_resp':
        return this.settleControl(pdu);
      case 'alert_notification':
        return void this.host.emit('alert', pdu);
      case 'outbind':
        return void this.host.emit('outbind', pdu);
    }
  }

  private settle(response: Pdu): void {
    if (response.command === 'generic_nack' && this.parts.controls.settle(response.sequence, response))
      return;
    const match = this.parts.requests.answer(response);
    if (match === 'unmatched') this.host.emit('unmatchedResponse', response);
    else if (match !== 'settled') this.host.emit('lateResponse', match);
  }

  private settleControl(response: Pdu): void {
    if (!this.parts.controls.settle(response.sequence, response))
      this.host.emit('unmatchedResponse', response);
  }

  /** The state changes before the caller of `bind` wakes: the next PDU of the same read may be a deliver_sm. */
  private receiveBindResponse(response: BindResp): void {
    if (this.parts.controls.isExpected(response.sequence) && this.parts.binding.applyResponse(response)) {
      this.host.emit('bound', this.parts.binding.mode as BindMode);
    }
    this.settleControl(response);
  }

  private answerBind(bind: Bind): void {
    if (this.host.role === 'esme') {
      return this.host.sendPdu({ command: RESPONSE_OF[bind.command] }, bind.sequence, STATUS.ESME_RINVBNDSTS);
    }
    const { binding, options } = this.parts;
    const status = binding.admit(bind, options.onBind, this.host.remoteAddress);
    if (typeof status === 'number') this.finishBind(bind, status);
    else void status.then((decided) => this.finishBind(bind, decided));
  }

  private finishBind(bind: Bind, status: number): void {
    this.host.sendPdu(bindResponse(bind, this.parts.options.systemId), bind.sequence, status);
    if (status === STATUS.ESME_ROK) this.host.emit('bound', this.parts.binding.mode as BindMode);
  }

  /** A PDU that cannot be read: its own answer tells the peer why, and the session lives on. */
  private answerFault(fault: PduFault): void {
    const { command, commandId, sequence, error } = fault;
    if (isResponseId(commandId)) this.settleUnreadable(fault);
    else if (command !== undefined && command in RESPONSE_OF) {
      this.host.sendPdu(
        { command: RESPONSE_OF[command as keyof typeof RESPONSE_OF] },
        sequence,
        error.status,
      );
    } else this.host.sendPdu({ command: 'generic_nack' }, sequence, error.status);
    this.host.emit('pduFault', fault);
  }

  /** The status stands in the header, so the request is decided even when the rest of its answer is garbage. */
  private settleUnreadable({ command, status, sequence }: PduFault): void {
    if (command === undefined) return;
    const response = { command, status, sequence, messageId: '', systemId: '', tlvs: NO_TLVS } as Pdu;
    this.receivePdu(response);
  }
}
