import { byId, call, element } from './api.js';

const ORDERS = { shuffled: 'as they come', in_order: 'in order', before_response: 'before the response' };
const FORMATS = { hex: 'hex', decimal: 'decimal', zero_padded: 'zero padded', uuid: 'UUID' };
const NOTATIONS = { same: 'as in the response', hex: 'hex', decimal: 'decimal' };

/** The controls: field, what it says, and how it is edited. */
const CONTROLS = [
  ['submitDelayMs', 'Answer after (ms)', 'range'],
  ['receiptDelayMs', 'Receipt after (ms)', 'range'],
  ['throttleAbovePerSecond', 'Throttle above (per second)', 'count'],
  ['disconnectAfter', 'Cut the connection after (submits)', 'count'],
  ['refuseRate', 'Refused (%)', 'rate'],
  ['undeliveredRate', 'Undelivered (%)', 'rate'],
  ['expiredRate', 'Expired (%)', 'rate'],
  ['responseLossRate', 'Responses lost (%)', 'rate'],
  ['receiptLossRate', 'Receipts lost (%)', 'rate'],
  ['receiptDuplicateRate', 'Receipts twice (%)', 'rate'],
  ['receiptOrder', 'Receipts come', ORDERS],
  ['idFormat', 'Message ids', FORMATS],
  ['idInReceipt', 'Ids in receipts', NOTATIONS],
];

/** Fetches the behaviour and builds the controls from it. */
export async function showBehaviour() {
  const behaviour = await call('/behaviour');
  const buttons = element(
    'div',
    { className: 'buttons' },
    element('button', { type: 'submit', text: 'Apply' }),
    element('button', { type: 'reset', className: 'quiet', text: 'Back to normal' }),
  );
  byId('behaviour').replaceChildren(...CONTROLS.map((control) => showControl(control, behaviour)), buttons);
  byId('suffixes').replaceChildren(
    ...Object.entries(behaviour.magicSuffixes).map(([suffix, meaning]) =>
      element('div', {}, element('dt', { text: `…${suffix}` }), element('dd', { text: meaning })),
    ),
  );
}

function showControl([name, label, kind], behaviour) {
  const value = behaviour[name];
  const inputs =
    kind === 'range'
      ? value.map((bound, index) => numberInput(`${name}.${index}`, bound, { min: 0, required: '' }))
      : kind === 'rate'
        ? [
            numberInput(name, Math.round(value * 10_000) / 100, {
              min: 0,
              max: 100,
              step: 'any',
              required: '',
            }),
          ]
        : kind === 'count'
          ? [numberInput(name, value ?? '', { min: 1, placeholder: 'never' })]
          : [choice(name, kind, value)];
  const caption = element('span', { text: label });
  inputs.slice(1).forEach((input) => input.setAttribute('aria-label', `${label}, at most`));
  return element('label', {}, caption, element('span', { className: 'inputs' }, ...inputs));
}

function numberInput(name, value, attributes) {
  return element('input', { type: 'number', name, value, ...attributes });
}

function choice(name, options, value) {
  const select = element('select', { name });
  for (const [option, text] of Object.entries(options))
    select.append(element('option', { value: option, text }));
  select.value = value;
  return select;
}

function readControls() {
  const form = new FormData(byId('behaviour'));
  const patch = {};
  for (const [name, , kind] of CONTROLS) {
    if (kind === 'range') patch[name] = [0, 1].map((index) => Number(form.get(`${name}.${index}`)));
    else if (kind === 'rate') patch[name] = Number(form.get(name)) / 100;
    else if (kind === 'count') patch[name] = form.get(name) === '' ? null : Number(form.get(name));
    else patch[name] = form.get(name);
  }
  return patch;
}

async function change(options, message) {
  const result = byId('behaviour-result');
  try {
    await call('/behaviour', options);
    await showBehaviour();
    result.textContent = message;
  } catch (error) {
    result.textContent = error.message;
  }
}

byId('behaviour').addEventListener('submit', (event) => {
  event.preventDefault();
  void change({ method: 'PUT', body: readControls() }, 'Applied.');
});
byId('behaviour').addEventListener('reset', (event) => {
  event.preventDefault();
  void change({ method: 'DELETE' }, 'Back to normal.');
});
