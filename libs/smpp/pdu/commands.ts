/** SMPP 3.4 command ids (specification §5.1.2.1). A response id is the request id with the top bit set. */
export const COMMAND_IDS = {
  generic_nack: 0x80000000,
  bind_receiver: 0x00000001,
  bind_receiver_resp: 0x80000001,
  bind_transmitter: 0x00000002,
  bind_transmitter_resp: 0x80000002,
  query_sm: 0x00000003,
  query_sm_resp: 0x80000003,
  submit_sm: 0x00000004,
  submit_sm_resp: 0x80000004,
  deliver_sm: 0x00000005,
  deliver_sm_resp: 0x80000005,
  unbind: 0x00000006,
  unbind_resp: 0x80000006,
  replace_sm: 0x00000007,
  replace_sm_resp: 0x80000007,
  cancel_sm: 0x00000008,
  cancel_sm_resp: 0x80000008,
  bind_transceiver: 0x00000009,
  bind_transceiver_resp: 0x80000009,
  outbind: 0x0000000b,
  enquire_link: 0x00000015,
  enquire_link_resp: 0x80000015,
  submit_multi: 0x00000021,
  submit_multi_resp: 0x80000021,
  alert_notification: 0x00000102,
  data_sm: 0x00000103,
  data_sm_resp: 0x80000103,
} as const;

export type CommandName = keyof typeof COMMAND_IDS;

const namesById = new Map<number, CommandName>(
  Object.entries(COMMAND_IDS).map(([name, id]) => [id, name as CommandName]),
);

/** The name of a command id, or undefined when SMPP 3.4 does not know it. */
export function nameCommand(commandId: number): CommandName | undefined {
  return namesById.get(commandId);
}

/** True for responses and generic_nack: those are never answered, whatever they contain. */
export function isResponseId(commandId: number): boolean {
  return commandId >= 0x80000000;
}

/** The commands that carry work from one side to the other and count against a window. */
export const REQUEST_COMMANDS = [
  'submit_sm',
  'submit_multi',
  'data_sm',
  'deliver_sm',
  'query_sm',
  'cancel_sm',
  'replace_sm',
] as const;

export type RequestCommand = (typeof REQUEST_COMMANDS)[number];

export const BIND_COMMANDS = ['bind_transmitter', 'bind_receiver', 'bind_transceiver'] as const;
export type BindCommand = (typeof BIND_COMMANDS)[number];

/** The response each request is answered with. A table, since text built per PDU is slow to compare. */
export const RESPONSE_OF = {
  submit_sm: 'submit_sm_resp',
  submit_multi: 'submit_multi_resp',
  data_sm: 'data_sm_resp',
  deliver_sm: 'deliver_sm_resp',
  query_sm: 'query_sm_resp',
  cancel_sm: 'cancel_sm_resp',
  replace_sm: 'replace_sm_resp',
  bind_transmitter: 'bind_transmitter_resp',
  bind_receiver: 'bind_receiver_resp',
  bind_transceiver: 'bind_transceiver_resp',
  unbind: 'unbind_resp',
  enquire_link: 'enquire_link_resp',
} as const satisfies Partial<Record<CommandName, CommandName>>;
