import type { BindCommand, CommandName } from './commands.js';
import type { Tlvs } from './tlvs.js';

/** What every PDU has. `status` is 0 in requests. */
interface Base<C extends CommandName> {
  command: C;
  status: number;
  sequence: number;
}

interface SourceAddress {
  sourceAddrTon: number;
  sourceAddrNpi: number;
  sourceAddr: string;
}

interface DestinationAddress {
  destAddrTon: number;
  destAddrNpi: number;
  destinationAddr: string;
}

interface BindOf<C extends BindCommand> extends Base<C> {
  systemId: string;
  password: string;
  systemType: string;
  interfaceVersion: number;
  addrTon: number;
  addrNpi: number;
  addressRange: string;
}

interface BindRespOf<C extends `${BindCommand}_resp`> extends Base<C> {
  systemId: string;
  tlvs: Tlvs;
}

export type Bind = { [C in BindCommand]: BindOf<C> }[BindCommand];
export type BindResp = { [C in BindCommand]: BindRespOf<`${C}_resp`> }[BindCommand];

export interface Outbind extends Base<'outbind'> {
  systemId: string;
  password: string;
}

/**
 * submit_sm and deliver_sm share one layout. `shortMessage` is bytes on both ways: which encoding they are in
 * is the caller's decision and is told by `dataCoding`.
 */
export interface ShortMessage<C extends 'submit_sm' | 'deliver_sm' = 'submit_sm' | 'deliver_sm'>
  extends Base<C>, SourceAddress, DestinationAddress {
  serviceType: string;
  esmClass: number;
  protocolId: number;
  priorityFlag: number;
  scheduleDeliveryTime: string;
  validityPeriod: string;
  registeredDelivery: number;
  replaceIfPresentFlag: number;
  dataCoding: number;
  smDefaultMsgId: number;
  shortMessage: Buffer;
  tlvs: Tlvs;
}

export type SubmitSm = ShortMessage<'submit_sm'>;
export type DeliverSm = ShortMessage<'deliver_sm'>;

export interface DataSm extends Base<'data_sm'>, SourceAddress, DestinationAddress {
  serviceType: string;
  esmClass: number;
  registeredDelivery: number;
  dataCoding: number;
  tlvs: Tlvs;
}

type MessageIdCommand = 'submit_sm_resp' | 'deliver_sm_resp' | 'data_sm_resp';
export interface MessageIdResp<C extends MessageIdCommand = MessageIdCommand> extends Base<C> {
  messageId: string;
  tlvs: Tlvs;
}

export interface QuerySm extends Base<'query_sm'>, SourceAddress {
  messageId: string;
}

export interface QuerySmResp extends Base<'query_sm_resp'> {
  messageId: string;
  finalDate: string;
  messageState: number;
  errorCode: number;
}

export interface CancelSm extends Base<'cancel_sm'>, SourceAddress, DestinationAddress {
  serviceType: string;
  messageId: string;
}

export interface ReplaceSm extends Base<'replace_sm'>, SourceAddress {
  messageId: string;
  scheduleDeliveryTime: string;
  validityPeriod: string;
  registeredDelivery: number;
  smDefaultMsgId: number;
  shortMessage: Buffer;
}

export interface AlertNotification extends Base<'alert_notification'>, SourceAddress {
  esmeAddrTon: number;
  esmeAddrNpi: number;
  esmeAddr: string;
  tlvs: Tlvs;
}

type MultiCommand = 'submit_multi' | 'submit_multi_resp';
/** The list of destinations is not taken apart: nobody here sends it, and a peer's is answered, not used. */
export interface SubmitMulti<C extends MultiCommand = MultiCommand> extends Base<C> {
  body: Buffer;
}

type BareCommand =
  | 'generic_nack'
  | 'unbind'
  | 'unbind_resp'
  | 'enquire_link'
  | 'enquire_link_resp'
  | 'cancel_sm_resp'
  | 'replace_sm_resp';
export type BarePdu = { [C in BareCommand]: Base<C> }[BareCommand];

/** Any PDU of SMPP 3.4, as the decoder returns it: every field is there. */
export type Pdu =
  | Bind
  | BindResp
  | Outbind
  | SubmitSm
  | DeliverSm
  | DataSm
  | MessageIdResp<'submit_sm_resp'>
  | MessageIdResp<'deliver_sm_resp'>
  | MessageIdResp<'data_sm_resp'>
  | QuerySm
  | QuerySmResp
  | CancelSm
  | ReplaceSm
  | AlertNotification
  | SubmitMulti<'submit_multi'>
  | SubmitMulti<'submit_multi_resp'>
  | BarePdu;

type InputOf<P> = P extends Pdu
  ? Pick<P, 'command'> & Partial<Omit<P, 'command' | 'status' | 'sequence'>>
  : never;

/** What the encoder takes: fields left out are 0, empty text or empty bytes. A decoded Pdu is one too. */
export type PduInput = InputOf<Pdu>;
export type SubmitSmInput = InputOf<SubmitSm>;
export type DeliverSmInput = InputOf<DeliverSm>;

/** The request part of the union: what `SmppSession.submit` takes. */
export type RequestInput = InputOf<
  SubmitSm | DeliverSm | DataSm | QuerySm | CancelSm | ReplaceSm | SubmitMulti<'submit_multi'>
>;
export type RequestPdu = Extract<Pdu, { command: RequestInput['command'] }>;
