const BASE = '/simulator/api';

/** Calls the simulator; throws an Error with a sentence to show. */
export async function call(path, { method = 'GET', body } = {}) {
  const response = await fetch(BASE + path, {
    method,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (response.status === 204) return undefined;
  const answer = await response.json();
  if (response.ok) return answer;
  const fields = (answer.errors ?? []).map(({ field, message }) => `${field}: ${message}`);
  throw new Error([answer.detail, ...fields].join(' '));
}

/** Makes an element. Texts of messages come from outside, so they are only ever set as text. */
export function element(tag, { className, text, ...attributes } = {}, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

export const byId = (id) => document.getElementById(id);

/** Hours, minutes and seconds in the reader's own way. */
export const timeOf = (iso) => new Date(iso).toLocaleTimeString();
