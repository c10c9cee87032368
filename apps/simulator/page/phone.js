import { byId, call, element, timeOf } from './api.js';

let shown;
let lastSeen = '';

/** The number whose phone is open, or undefined. */
export const shownNumber = () => shown;

/** Opens a phone and puts it in the address, so that the page can be linked to. */
export async function openPhone(number) {
  shown = `+${number.replace(/[^0-9]/g, '')}`;
  lastSeen = '';
  byId('phone').hidden = false;
  byId('phone-title').textContent = shown;
  byId('reply-result').textContent = '';
  byId('reply-to').value = '';
  setAddress(shown);
  await refreshPhone();
  byId('phone').scrollIntoView({ block: 'nearest' });
}

export function closePhone() {
  shown = undefined;
  byId('phone').hidden = true;
  setAddress(undefined);
}

/** Shows what the open phone has received; changes nothing when there is nothing new. */
export async function refreshPhone() {
  const number = shown;
  if (!number) return;
  const { data } = await call(`/phones/${encodeURIComponent(number)}/messages`);
  const seen = JSON.stringify(data);
  if (number !== shown || seen === lastSeen) return;
  lastSeen = seen;
  byId('messages').replaceChildren(...data.map(showMessage));
  byId('no-messages').hidden = data.length > 0;
  if (data.length > 0 && byId('reply-to').value === '') byId('reply-to').value = data[0].from;
}

async function sendReply(event) {
  event.preventDefault();
  const result = byId('reply-result');
  try {
    const path = `/phones/${encodeURIComponent(shown)}/replies`;
    const body = { to: byId('reply-to').value, body: byId('reply-body').value };
    const { parts } = await call(path, { method: 'POST', body });
    byId('reply-body').value = '';
    result.textContent = parts === 1 ? 'Sent.' : `Sent in ${parts} parts.`;
  } catch (error) {
    result.textContent = error.message;
  }
}

function showMessage({ from, body, parts, receivedAt, mediaUrls }) {
  const size = parts === 1 ? '' : ` · ${parts} parts`;
  const images = mediaUrls.map((src) => element('img', { src, alt: '' }));
  return element(
    'li',
    {},
    element('p', { className: 'meta', text: `${from} · ${timeOf(receivedAt)}${size}` }),
    element('p', { className: 'bubble', text: body }),
    ...images,
  );
}

function setAddress(number) {
  const address = new URL(location.href);
  if (number) address.searchParams.set('phone', number);
  else address.searchParams.delete('phone');
  history.replaceState(null, '', address);
}

byId('reply').addEventListener('submit', sendReply);
byId('close').addEventListener('click', closePhone);
