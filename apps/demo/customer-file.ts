import { stringify } from 'csv-stringify/sync';
import iconv from 'iconv-lite';
import { drawCustomer, type CustomerCells } from './customer-cells.js';
import {
  drawForeignMobile,
  drawInvalidCell,
  drawSpecialMobile,
  drawTaiwanMobile,
  INVALID_KINDS,
  SPECIAL_SUFFIXES,
  spellPhoneNumber,
} from './phone-cells.js';
import { SeededRandom } from './seeded-random.js';

export const HEADER = ['姓名', '手機', '會員編號', '點數', '備註'];
export const MAX_RECIPIENTS = 1_000_000;

/** One of so many recipients is abroad, comes twice, is suppressed … ; a small file has at least one of each kind. */
const EVERY = { foreign: 50, duplicate: 40, suppressed: 100, invalid: 50, blank: 1_000, special: 2_000 };
/** There are 90 numbers with each of the simulator's suffixes; a third of them is found without a long search. */
const MAX_SPECIAL_OF_A_KIND = 30;

export type FileEncoding = 'utf8' | 'big5';

/** What an import of the file must count. */
export interface ExpectedCounts {
  rows: number;
  accepted: number;
  repaired: number;
  duplicates: number;
  suppressed: number;
  invalid: number;
}

export interface CustomerFile {
  content: Buffer;
  counts: ExpectedCounts;
  /** Numbers that must be refused, by reason. */
  invalidByReason: Record<string, number>;
  /** Who must get a message: E.164 -> the cells of the number's first row. */
  recipients: Map<string, CustomerCells>;
  /** Numbers to suppress before the import. */
  suppressed: readonly string[];
  /** How many recipients the simulated carrier will not deliver to. */
  special: { refused: number; undelivered: number; expired: number };
}

export interface CustomerFileOptions {
  /** Distinct numbers that can be sent to, 1 to MAX_RECIPIENTS. */
  recipients: number;
  seed: number;
  encoding: FileEncoding;
}

type Row = [string, string, string, string, string];
/** Rows beside those of the recipients: each is written right behind a recipient drawn at random. */
type ExtraRow = (recipientsSoFar: readonly string[]) => Row;

/** A customer list as a shop's till exports it, together with what becomes of every row. */
export function generateCustomerFile({
  recipients: count,
  seed,
  encoding,
}: CustomerFileOptions): CustomerFile {
  const random = new SeededRandom(seed);
  const ledger = new RowLedger(random);
  const numbers = drawNumbers(random, count);
  const extras = scatter(random, count, ledger.drawExtras(count, numbers));
  const rows: Row[] = [];
  const written: string[] = [];
  for (const [index, e164] of numbers.recipients.entries()) {
    rows.push(ledger.addRecipient(e164));
    written.push(e164);
    for (const extra of extras.get(index) ?? []) rows.push(extra(written));
  }
  // By itself the writer quotes only the whole row ending, and a lone line feed in a cell would end the row.
  const text = stringify([HEADER, ...rows], { record_delimiter: 'windows', quoted_match: /[\r\n]/ });
  return { ...ledger.finish(numbers), content: encode(text, encoding) };
}

interface DrawnNumbers {
  recipients: string[];
  suppressed: string[];
  special: { refused: number; undelivered: number; expired: number };
}

/** Distinct numbers: first the special and foreign ones, then all others, mixed at last. */
function drawNumbers(random: SeededRandom, count: number): DrawnNumbers {
  const drawn = new Set<string>();
  const addDistinct = (howMany: number, draw: () => string) => {
    const before = drawn.size;
    while (drawn.size < before + howMany) drawn.add(draw());
    return [...drawn].slice(before);
  };
  const specialEach = Math.min(MAX_SPECIAL_OF_A_KIND, Math.floor(count / EVERY.special));
  for (const suffix of Object.values(SPECIAL_SUFFIXES))
    addDistinct(specialEach, () => drawSpecialMobile(random, suffix));
  addDistinct(Math.floor(count / EVERY.foreign), () => drawForeignMobile(random));
  addDistinct(count - drawn.size, () => drawTaiwanMobile(random));
  const recipients = random.shuffle([...drawn]);
  const suppressed = addDistinct(Math.ceil(count / EVERY.suppressed), () => drawTaiwanMobile(random));
  const special = { refused: specialEach, undelivered: specialEach, expired: specialEach };
  return { recipients, suppressed, special };
}

/** Writes rows and keeps the books: every row is counted where it is made. */
class RowLedger {
  readonly #counts: ExpectedCounts = {
    rows: 0,
    accepted: 0,
    repaired: 0,
    duplicates: 0,
    suppressed: 0,
    invalid: 0,
  };
  readonly #invalidByReason: Record<string, number> = {};
  readonly #recipients = new Map<string, CustomerCells>();
  #members = 0;

  constructor(private readonly random: SeededRandom) {}

  addRecipient(e164: string): Row {
    const cell = spellPhoneNumber(e164, this.random);
    this.#counts.accepted++;
    if (cell.trim() !== e164) this.#counts.repaired++;
    const customer = this.#drawCustomer();
    this.#recipients.set(e164, customer);
    return this.#toRow(customer, cell);
  }

  /** Duplicates, suppressed, invalid and blank rows, to be made when their place comes. */
  drawExtras(count: number, { suppressed }: DrawnNumbers): ExtraRow[] {
    const repeat = (howMany: number, make: (index: number) => ExtraRow) =>
      Array.from({ length: howMany }, (_, index) => make(index));
    return [
      ...repeat(Math.ceil(count / EVERY.duplicate), () => (soFar) => this.#addDuplicate(soFar)),
      ...suppressed.map((e164) => () => this.#addSuppressed(e164)),
      // The first suppressed number comes twice: both rows count as suppressed.
      ...suppressed.slice(0, 1).map((e164) => () => this.#addSuppressed(e164)),
      ...repeat(
        Math.max(INVALID_KINDS, Math.ceil(count / EVERY.invalid)),
        (kind) => () => this.#addInvalid(kind),
      ),
      // Exports end pages with rows of nothing but commas: they are no rows at all.
      ...repeat(Math.ceil(count / EVERY.blank), () => () => ['', '', '', '', ''] satisfies Row),
    ];
  }

  finish({ suppressed, special }: DrawnNumbers): Omit<CustomerFile, 'content'> {
    return {
      counts: this.#counts,
      invalidByReason: this.#invalidByReason,
      recipients: this.#recipients,
      suppressed,
      special,
    };
  }

  #addDuplicate(recipientsSoFar: readonly string[]): Row {
    this.#counts.duplicates++;
    return this.#toRow(
      this.#drawCustomer(),
      spellPhoneNumber(this.random.pick(recipientsSoFar), this.random),
    );
  }

  #addSuppressed(e164: string): Row {
    this.#counts.suppressed++;
    return this.#toRow(this.#drawCustomer(), spellPhoneNumber(e164, this.random));
  }

  #addInvalid(kind: number): Row {
    const { cell, reason } = drawInvalidCell(this.random, kind);
    this.#counts.invalid++;
    this.#invalidByReason[reason] = (this.#invalidByReason[reason] ?? 0) + 1;
    return this.#toRow(this.#drawCustomer(), cell);
  }

  #drawCustomer(): CustomerCells {
    this.#members++;
    return drawCustomer(this.random, `VIP${String(this.#members).padStart(7, '0')}`);
  }

  #toRow({ name, memberNumber, points, note }: CustomerCells, cell: string): Row {
    this.#counts.rows++;
    return [name, cell, memberNumber, points, note];
  }
}

/** Gives every extra row a place behind one of the recipients. */
function scatter(random: SeededRandom, places: number, extras: readonly ExtraRow[]): Map<number, ExtraRow[]> {
  const byPlace = new Map<number, ExtraRow[]>();
  for (const extra of extras) {
    const place = random.integer(0, places - 1);
    byPlace.set(place, [...(byPlace.get(place) ?? []), extra]);
  }
  return byPlace;
}

const encode = (text: string, encoding: FileEncoding): Buffer =>
  encoding === 'big5' ? iconv.encode(text, 'big5') : Buffer.from(`\uFEFF${text}`);
