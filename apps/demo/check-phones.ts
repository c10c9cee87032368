import { SENDER } from './broadcast-text.js';
import type { CustomerFile } from './customer-file.js';
import type { ExpectedMessage } from './expected-messages.js';
import { SPECIAL_SUFFIXES } from './phone-cells.js';
import type { StoryTools } from './story-tools.js';

const SAMPLES_EACH = 5;

/** Numbers whose phones show nothing, because the carrier never delivered. */
const SILENT_SUFFIXES: readonly string[] = [
  SPECIAL_SUFFIXES.refused,
  SPECIAL_SUFFIXES.undelivered,
  SPECIAL_SUFFIXES.expired,
];
const isSilent = (e164: string) => SILENT_SUFFIXES.some((suffix) => e164.endsWith(suffix));

/**
 * Looks at phones of every sort: short and long texts, cells with line breaks and quotes, abroad, and those that must
 * have got nothing. One text each, whole, once.
 */
export async function checkPhones(
  { phones, narrator, findings }: StoryTools,
  file: CustomerFile,
  expected: ReadonlyMap<string, ExpectedMessage>,
  coupon: string,
): Promise<void> {
  const receivers = pickReceivers(file, expected);
  const silent = [...file.recipients.keys()].filter(isSilent).slice(0, SAMPLES_EACH);
  const untouched = [...silent, ...file.suppressed.slice(0, SAMPLES_EACH)];
  await narrator.step(
    'Phones are looked at',
    async () => {
      for (const e164 of [...receivers, ...untouched]) {
        const received = (await phones.messagesOf(e164))
          .filter(({ body }) => body.includes(coupon))
          .map(({ from, body, parts }) => ({ from, text: body, parts }));
        const message = expected.get(e164);
        const isDue = message !== undefined && !untouched.includes(e164);
        findings.expectEqual(
          `texts on the phone ${e164}`,
          received,
          isDue ? [{ from: SENDER, ...message }] : [],
        );
      }
    },
    () => `${receivers.length} got their own text once, ${untouched.length} got none`,
  );
}

function pickReceivers(file: CustomerFile, expected: ReadonlyMap<string, ExpectedMessage>): string[] {
  const numbers = [...file.recipients.keys()].filter((e164) => !isSilent(e164));
  const sorts: ((e164: string) => boolean)[] = [
    (e164) => expected.get(e164)?.parts === 1,
    (e164) => expected.get(e164)?.parts === 2,
    (e164) => (expected.get(e164)?.parts ?? 0) > 2,
    (e164) => file.recipients.get(e164)?.note.includes('\n') ?? false,
    (e164) => file.recipients.get(e164)?.name.includes(', ') ?? false,
    (e164) => file.recipients.get(e164)?.note.includes('"') ?? false,
    (e164) => file.recipients.get(e164)?.name === '',
    (e164) => !e164.startsWith('+886'),
    (e164) => e164.endsWith(SPECIAL_SUFFIXES.receiptTwice) || e164.endsWith(SPECIAL_SUFFIXES.receiptFirst),
  ];
  return [...new Set(sorts.flatMap((isOfSort) => numbers.filter(isOfSort).slice(0, SAMPLES_EACH)))];
}
