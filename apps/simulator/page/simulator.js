import { byId, call, element, timeOf } from './api.js';
import { showBehaviour } from './behaviour.js';
import { openPhone, refreshPhone, shownNumber } from './phone.js';

const POLL_MS = 800;
const PHONES_ON_THE_WALL = 60;
const COUNTERS = [
  ['sessions', 'sessions'],
  ['accepted', 'accepted'],
  ['refused', 'refused'],
  ['throttled', 'throttled'],
  ['receiptsAcknowledged', 'receipts'],
  ['receiptsPending', 'pending'],
  ['duplicateParts', 'duplicates'],
];

const cards = new Map();
let version;

/** Shows the phones texted last; those with something new light up. */
function showWall(phones) {
  const isFirst = version === undefined;
  const wanted = phones.map((summary) => {
    const card = cards.get(summary.phone) ?? makeCard(summary.phone);
    const { from = '', body = 'accepted, not delivered', receivedAt } = summary.lastMessage ?? {};
    const seen = `${receivedAt ?? ''} ${summary.messages} ${body}`;
    if (card.seen !== seen) {
      card.seen = seen;
      card.meta.textContent = [from, receivedAt && timeOf(receivedAt)].filter(Boolean).join(' · ');
      card.body.textContent = body;
      card.count.textContent = summary.messages > 1 ? String(summary.messages) : '';
      card.count.title = `${summary.messages} messages`;
      if (!isFirst) lightUp(card.node);
    }
    card.node.classList.toggle('open', summary.phone === shownNumber());
    return [summary.phone, card];
  });
  cards.clear();
  for (const [phone, card] of wanted) cards.set(phone, card);
  byId('wall').replaceChildren(...wanted.map(([, card]) => card.node));
  byId('empty').hidden = phones.length > 0;
}

function makeCard(phone) {
  const meta = element('span', { className: 'meta' });
  const body = element('span', { className: 'bubble' });
  const count = element('span', { className: 'count' });
  const head = element('span', { className: 'card-head' }, element('strong', { text: phone }), count);
  const button = element('button', { type: 'button' }, head, meta, body);
  button.addEventListener('click', () => void openPhone(phone));
  const node = element('li', { className: 'card' }, button);
  // A card that moves on the wall would light up again.
  button.addEventListener('animationend', () => node.classList.remove('lit'));
  return { node, meta, body, count, seen: '' };
}

function lightUp(node) {
  node.classList.remove('lit');
  requestAnimationFrame(() => node.classList.add('lit'));
}

function showStats(stats) {
  byId('stats').replaceChildren(
    ...COUNTERS.map(([name, label]) =>
      element(
        'div',
        { className: name === 'duplicateParts' && stats[name] > 0 ? 'bad' : '' },
        element('dt', { text: label }),
        element('dd', { text: stats[name].toLocaleString() }),
      ),
    ),
  );
}

/** Asks what is new, at most once at a time, and not at all while nobody looks. */
async function poll() {
  try {
    if (!document.hidden) await refresh();
    byId('trouble').hidden = true;
  } catch {
    byId('trouble').hidden = false;
  }
  setTimeout(() => void poll(), POLL_MS);
}

async function refresh() {
  const [stats, phones] = await Promise.all([call('/stats'), call(`/phones?limit=${PHONES_ON_THE_WALL}`)]);
  showStats(stats);
  if (phones.version === version) return;
  showWall(phones.data);
  version = phones.version;
  await refreshPhone();
}

byId('search').addEventListener('submit', (event) => {
  event.preventDefault();
  const number = byId('number').value.replace(/[^0-9]/g, '');
  if (number !== '') void openPhone(number);
});
byId('reset').addEventListener('click', () => void call('/phones', { method: 'DELETE' }));

// A "+" typed into an address stands for a space; openPhone keeps the digits alone.
const linked = new URLSearchParams(location.search).get('phone');
if (linked) void openPhone(linked);
void showBehaviour();
void poll();
