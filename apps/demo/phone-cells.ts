import type { SeededRandom } from './seeded-random.js';

/** The nine digits behind the trunk zero of a Taiwanese mobile, in three groups: 912 345 678. */
type Groups = readonly [string, string, string];
type Spelling = (groups: Groups) => string;

const toFullWidth = (text: string): string =>
  text.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));

/** How shops write mobiles, the usual spellings several times so that they come more often. */
const TAIWAN_SPELLINGS: readonly Spelling[] = [
  ...times(6, ([a, b, c]) => `0${a}-${b}-${c}`),
  ...times(5, ([a, b, c]) => `0${a}${b}${c}`),
  ...times(2, ([a, b, c]) => `+886 ${a} ${b} ${c}`),
  ...times(2, ([a, b, c]) => `886${a}${b}${c}`),
  // Already as it should be: the only spelling that needs no repair.
  ...times(2, ([a, b, c]) => `+886${a}${b}${c}`),
  // The zero is lost where a spreadsheet took the number for a number.
  ...times(2, ([a, b, c]) => `${a}${b}${c}`),
  ([a, b, c]) => toFullWidth(`0${a}${b}${c}`),
  ([a, b, c]) => `(0${a}) ${b}-${c}`,
  ([a, b, c]) => `+886-0${a}-${b}-${c}`,
  ([a, b, c]) => ` 0${a} ${b} ${c} `,
];

/** Mobiles of customers abroad, and how they are written there. */
const FOREIGN_MOBILES: readonly { e164: string; groups: RegExp; written: string }[] = [
  { e164: '+81902#######', groups: /^\+81(..)(.{4})(.{4})$/, written: '+81 $1-$2-$3' },
  { e164: '+85261######', groups: /^\+852(.{4})(.{4})$/, written: '+852 $1 $2' },
  { e164: '+14152######', groups: /^\+1(...)(...)(....)$/, written: '+1 ($1) $2-$3' },
  { e164: '+6591######', groups: /^\+65(.{4})(.{4})$/, written: '0065 $1 $2' },
  { e164: '+6012#######', groups: /^\+60(..)(...)(....)$/, written: '+60 $1-$2 $3' },
  { e164: '+61412######', groups: /^\+61(...)(...)(...)$/, written: '+61 $1 $2 $3' },
  { e164: '+63917#######', groups: /^\+(63.*)$/, written: '$1' },
];

/** Cells that are no number a text can be sent to, by the reason the import must give. */
const INVALID_CELLS: readonly { reason: string; patterns: readonly string[] }[] = [
  {
    reason: 'number.landline',
    patterns: ['02-27##-####', '(04) 22##-####', '07-3##-####', '+81 3-3###-####'],
  },
  { reason: 'number.empty', patterns: ['', ' '] },
  { reason: 'number.not_a_number', patterns: ['無', '未提供', 'N/A', 'same as above', '不詳(請用LINE聯絡)'] },
  { reason: 'number.too_short', patterns: ['0912-34#', '09123456'] },
  { reason: 'number.too_long', patterns: ['0912-345-678#', '+886 912 345 67899'] },
  { reason: 'number.toll_free', patterns: ['0800-0##-###', '+1 800 234 ####'] },
  { reason: 'number.digits_lost', patterns: ['9.12E+08', '8.869E+11'] },
  { reason: 'number.extension', patterns: ['02-27##-#### 分機 12'] },
  { reason: 'number.unknown_country', patterns: ['+999 12 345 678'] },
];

export const INVALID_KINDS = INVALID_CELLS.length;

/**
 * Numbers ending so make the simulated carrier answer in a special way: they stand here on purpose or not at all.
 * The rest of that range breaks connections or stays silent, which would make a demo wait.
 */
export const SPECIAL_SUFFIXES = {
  refused: '990001',
  undelivered: '990002',
  expired: '990003',
  receiptTwice: '990006',
  receiptFirst: '990007',
} as const;
const SPECIAL_RANGE = /99\d{4}$/;

/** A Taiwanese mobile that the simulated carrier treats like any other. */
export function drawTaiwanMobile(random: SeededRandom): string {
  for (;;) {
    const e164 = `+8869${random.integer(0, 8)}${random.digits('#######')}`;
    if (!SPECIAL_RANGE.test(e164)) return e164;
  }
}

/** A Taiwanese mobile with one of the suffixes above; there are 90 of each. */
export const drawSpecialMobile = (random: SeededRandom, suffix: string): string =>
  `+8869${random.integer(0, 8)}${random.integer(0, 9)}${suffix}`;

export function drawForeignMobile(random: SeededRandom): string {
  for (;;) {
    const e164 = random.digits(random.pick(FOREIGN_MOBILES).e164);
    if (!SPECIAL_RANGE.test(e164)) return e164;
  }
}

/** One of the ways people write this number. */
export function spellPhoneNumber(e164: string, random: SeededRandom): string {
  if (e164.startsWith('+886')) {
    const groups: Groups = [e164.slice(4, 7), e164.slice(7, 10), e164.slice(10)];
    return random.pick(TAIWAN_SPELLINGS)(groups);
  }
  if (random.chance(0.3)) return e164;
  const country = FOREIGN_MOBILES.find(({ groups }) => groups.test(e164));
  return country ? e164.replace(country.groups, country.written) : e164;
}

/** A cell that must be refused. @param kind 0 to INVALID_KINDS - 1 */
export function drawInvalidCell(random: SeededRandom, kind: number): { cell: string; reason: string } {
  const { reason, patterns } = INVALID_CELLS[kind % INVALID_KINDS] as (typeof INVALID_CELLS)[number];
  return { cell: random.digits(random.pick(patterns)), reason };
}

function times(count: number, spelling: Spelling): Spelling[] {
  return Array.from({ length: count }, () => spelling);
}
