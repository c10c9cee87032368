import type { BindCommand, RequestCommand } from '../pdu/commands.js';

/** Which end of the connection a session is: the one that binds, or the message centre. */
export type SessionRole = 'esme' | 'smsc';
export type BindMode = 'transmitter' | 'receiver' | 'transceiver';

const MODES: Record<BindCommand, BindMode> = {
  bind_transmitter: 'transmitter',
  bind_receiver: 'receiver',
  bind_transceiver: 'transceiver',
};

export function modeOfBind(command: BindCommand): BindMode {
  return MODES[command];
}

export function commandOfMode(mode: BindMode): BindCommand {
  return `bind_${mode}`;
}

/** Whether a side that holds this role may send the request on a session bound this way (specification §2.3). */
export function mayRequest(sender: SessionRole, mode: BindMode, command: RequestCommand): boolean {
  if (sender === 'smsc') return mode !== 'transmitter' && (command === 'deliver_sm' || command === 'data_sm');
  return mode !== 'receiver' && command !== 'deliver_sm';
}
