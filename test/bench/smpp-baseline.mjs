import { once } from 'node:events';
import smpp from 'smpp';

const STALL_MS = 60_000;
const TEXT = 'Hello Guest, your coupon 0123ABCD takes 20% off until Sunday';

/**
 * The npm package `smpp` in a loop: submits with a full window and answers every receipt. No database, no states, no
 * ledger: what is left of a broadcast when all of Carillon's work is taken away.
 *
 * @param {{port: number, count: number, window: number}} options
 * @returns seconds from the first submit to the answer to the last receipt
 */
export async function runSmppLoop({ port, count, window }) {
  const session = smpp.connect({ host: '127.0.0.1', port });
  await once(session, 'connect');
  const bound = await new Promise((answer) =>
    session.bind_transceiver({ system_id: 'baseline', password: 'baseline' }, answer),
  );
  if (bound.command_status !== 0) throw new Error(`The simulator refused the bind: ${bound.command_status}`);
  const startedAt = performance.now();
  await exchange(session, count, window);
  const seconds = (performance.now() - startedAt) / 1000;
  await new Promise((answer) => session.unbind(answer));
  session.close();
  return seconds;
}

/** Resolves when every message was answered and every receipt acknowledged. */
function exchange(session, count, window) {
  return new Promise((resolve, reject) => {
    const stalled = setTimeout(() => reject(new Error('The SMPP baseline stalled.')), STALL_MS);
    let [sent, answered, receipted] = [0, 0, 0];
    const submit = () => {
      while (sent < count && sent - answered < window) session.submit_sm(messageAt(sent++), take);
    };
    const take = ({ command_status: status }) => {
      if (status !== 0) return reject(new Error(`The simulator refused a message: ${status}`));
      answered++;
      submit();
    };
    session.on('error', reject);
    session.on('deliver_sm', (receipt) => {
      session.send(receipt.response());
      stalled.refresh();
      if (++receipted < count) return;
      clearTimeout(stalled);
      resolve();
    });
    submit();
  });
}

function messageAt(index) {
  return {
    source_addr: 'LANTERN',
    source_addr_ton: 5,
    destination_addr: `88692${String(index).padStart(7, '0')}`,
    dest_addr_ton: 1,
    dest_addr_npi: 1,
    registered_delivery: 1,
    short_message: TEXT,
  };
}
