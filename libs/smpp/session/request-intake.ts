import { RESPONSE_OF } from '../pdu/commands.js';
import type { RequestPdu } from '../pdu/pdu.js';
import { STATUS } from '../pdu/statuses.js';
import { IncomingRequest, type RequestHandler, type RequestResponder } from './incoming-request.js';
import { type BindMode, mayRequest, type SessionRole } from './roles.js';

/** "Try again later" in the words the peer expects for its kind of request (S10). */
function temporaryStatusFor(command: RequestPdu['command']): number {
  return command === 'deliver_sm' || command === 'data_sm' ? STATUS.ESME_RX_T_APPN : STATUS.ESME_RSYSERR;
}

/** Hands the peer's requests to the handler and sees to it that a failing handler loses none of them. */
export class RequestIntake {
  constructor(
    private readonly peerRole: SessionRole,
    private readonly handler: RequestHandler | undefined,
    private readonly responder: RequestResponder,
    private readonly onHandlerFailed: (error: unknown) => void,
  ) {}

  /** `mode` is undefined while the session is not bound; no request is allowed then. */
  take(pdu: RequestPdu, mode: BindMode | undefined): void {
    if (mode === undefined || !mayRequest(this.peerRole, mode, pdu.command)) {
      this.responder.send({ command: RESPONSE_OF[pdu.command] }, pdu.sequence, STATUS.ESME_RINVBNDSTS);
      return;
    }
    this.responder.hold();
    const request = new IncomingRequest(pdu, this.responder);
    if (this.handler) this.runHandler(this.handler, request);
    else request.refuse(temporaryStatusFor(pdu.command));
  }

  private runHandler(handler: RequestHandler, request: IncomingRequest): void {
    try {
      const answer = handler(request);
      if (typeof answer === 'number') request.respond(answer);
      else if (answer instanceof Promise) void this.followHandler(answer, request);
    } catch (error) {
      this.refuseAfterFailure(error, request);
    }
  }

  private async followHandler(answer: Promise<void | number>, request: IncomingRequest): Promise<void> {
    try {
      const status = await answer;
      if (typeof status === 'number') request.respond(status);
    } catch (error) {
      this.refuseAfterFailure(error, request);
    }
  }

  private refuseAfterFailure(error: unknown, request: IncomingRequest): void {
    request.refuse(temporaryStatusFor(request.pdu.command));
    this.onHandlerFailed(error);
  }
}
