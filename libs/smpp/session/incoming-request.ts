import { RESPONSE_OF } from '../pdu/commands.js';
import type { PduInput, RequestPdu } from '../pdu/pdu.js';
import { STATUS } from '../pdu/statuses.js';
import type { Tlvs } from '../pdu/tlvs.js';

/** What a response may carry beside its status; each command uses what it knows and leaves the rest. */
export interface ResponseFields {
  messageId?: string;
  finalDate?: string;
  messageState?: number;
  errorCode?: number;
  tlvs?: Tlvs;
  /** submit_multi_resp alone. */
  body?: Buffer;
}

/** The session's side of an incoming request. */
export interface RequestResponder {
  /** Counts a request that waits for an answer; `release` ends that. */
  hold(): void;
  send(pdu: PduInput, sequence: number, status: number): void;
  release(): void;
}

/**
 * A request of the peer, waiting for an answer. It may be answered at once, later, together with others, or
 * given up with `drop`. Until then it counts against the session's limit of unanswered requests.
 */
export class IncomingRequest {
  private isDone = false;

  constructor(
    readonly pdu: RequestPdu,
    private readonly responder: RequestResponder,
  ) {}

  get isAnswered(): boolean {
    return this.isDone;
  }

  /** Answers with status 0. Say it only when what the peer sent is safe: it will not send it again. */
  accept(messageId = ''): void {
    this.finish({ command: RESPONSE_OF[this.pdu.command], messageId }, STATUS.ESME_ROK);
  }

  refuse(status: number): void {
    this.finish({ command: RESPONSE_OF[this.pdu.command] }, status);
  }

  /**
   * Answers with any status and fields. A second answer is ignored, as is one after the session has ended.
   * Throws SmppFieldError when a field does not fit; the request is then still waiting.
   */
  respond(status: number, fields: ResponseFields = {}): void {
    this.finish({ command: RESPONSE_OF[this.pdu.command], ...fields }, status);
  }

  /** Frees the slot without an answer; the peer's own timer will tell it. */
  drop(): void {
    if (this.isDone) return;
    this.isDone = true;
    this.responder.release();
  }

  private finish(response: PduInput, status: number): void {
    if (this.isDone) return;
    this.responder.send(response, this.pdu.sequence, status);
    this.isDone = true;
    this.responder.release();
  }
}

/**
 * Takes a request of the peer. It answers through `request`, now or later, or returns (a promise of) the
 * status to answer with. A handler that throws or rejects answers "try again later", so nothing is lost.
 */
export type RequestHandler = (request: IncomingRequest) => void | number | Promise<void | number>;
