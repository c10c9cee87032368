import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { formatCopyRow } from '../../dist/libs/platform/index.js';

const NUMBERS = 10_000_000;
/** Coprime to NUMBERS: stepping by it meets every number once, in an order that looks like none. */
const STEP = 7_368_787;
const CHUNK_ROWS = 5_000;

/** How people write the same mobile number. */
const SPELLINGS = [
  (digits) => `0${digits}`,
  (digits) => `0${digits.slice(0, 3)}-${digits.slice(3, 6)}-${digits.slice(6)}`,
  (digits) => `+886 ${digits.slice(0, 3)} ${digits.slice(3, 6)} ${digits.slice(6)}`,
  (digits) => `886${digits}`,
];

/** Writes a CSV as a shop exports it: a number each row, all good, all different, in no order. */
export function writeCustomerCsv(path, count) {
  return writeRows(path, '會員姓名,手機,coupon\n', count, (index) => {
    const { digits, name, coupon } = customerAt(index);
    return `${name},${SPELLINGS[index % SPELLINGS.length](digits)},${coupon}\n`;
  });
}

/** Writes the same customers as COPY text, already read and repaired, in the columns of `contacts`. */
export function writeCopyFile(path, count, listId, accountId) {
  return writeRows(path, '', count, (index) => {
    const { digits, name, coupon } = customerAt(index);
    const variables = JSON.stringify({ 會員姓名: name, coupon });
    return formatCopyRow([index, listId, accountId, `+886${digits}`, 'TW', variables]);
  });
}

function customerAt(index) {
  const digits = `91${String((index * STEP) % NUMBERS).padStart(7, '0')}`;
  const name = index % 2 === 0 ? `王小明${index}` : `Guest ${index}`;
  return { digits, name, coupon: (index * 2_654_435_761).toString(36).slice(-7) };
}

async function writeRows(path, head, count, format) {
  const file = createWriteStream(path);
  file.write(head);
  for (let start = 0; start < count; start += CHUNK_ROWS) {
    let chunk = '';
    for (let index = start; index < Math.min(count, start + CHUNK_ROWS); index++) chunk += format(index);
    if (!file.write(chunk)) await once(file, 'drain');
  }
  await finished(file.end());
}
