// Longer than other specs: the model and the property that compares it with the ledger belong side by side.
import fc from 'fast-check';
import { isDomainError, newUuid } from '#domain';
import type { AnyTx, SystemTx } from '#platform';
import { createTestDatabase, FakeClock, type TestDatabase } from '#testing';
import { Ledger, LedgerChecks, VerifyLedgerUseCase } from './index.js';

/** Sequences of operations in a normal run; they are split over workers so that the database is never idle. */
const SEQUENCES = 1_000;
const WORKERS = 4;
const DAY_SECONDS = 86_400;

// ---------------------------------------------------------------------------------------------------------------------
// The model: what a wallet means, in plain lists and loops, written without a look at the SQL.

interface ModelFund {
  isPaid: boolean;
  expiresAt: number;
  free: bigint;
  pending: bigint;
}

interface ModelHold {
  amount: bigint;
  captured: bigint;
  released: bigint;
  isOpen: boolean;
  /** What is still held of each fund. */
  parts: Map<ModelFund, bigint>;
}

type Outcome =
  'done' | 'credits.insufficient' | 'credits.hold_closed' | 'credits.key_reused' | 'credits.amount_invalid';

const smaller = (a: bigint, b: bigint) => (a < b ? a : b);
const addUp = (amounts: bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);

class LedgerModel {
  readonly holds: ModelHold[] = [];
  /** Empty until the first points arrive: an account without a wallet. */
  #funds: ModelFund[] = [];

  /** Draw order: granted before paid, soonest expiry first, then the oldest (sort is stable). */
  get funds(): ModelFund[] {
    return this.#funds.toSorted((a, b) =>
      a.isPaid !== b.isPaid ? (a.isPaid ? 1 : -1) : Math.sign(a.expiresAt - b.expiresAt) || 0,
    );
  }

  add(amount: bigint, expiresAt: number | 'paid'): Outcome {
    this.#open();
    if (expiresAt === 'paid') this.#paid.free += amount;
    else this.#funds.push({ isPaid: false, expiresAt, free: amount, pending: 0n });
    return 'done';
  }

  adjust(amount: bigint, now: number): Outcome {
    this.#open();
    this.expire(now);
    if (amount > 0n) this.#paid.free += amount;
    return amount > 0n || this.#take(-amount, () => undefined) ? 'done' : 'credits.insufficient';
  }

  hold(amount: bigint, now: number): Outcome {
    const hold = { amount: 0n, captured: 0n, released: 0n, isOpen: true, parts: new Map() };
    const outcome = this.extend(hold, amount, now);
    if (outcome === 'done') this.holds.push(hold);
    return outcome;
  }

  extend(hold: ModelHold, amount: bigint, now: number): Outcome {
    if (!hold.isOpen) return 'credits.hold_closed';
    this.expire(now);
    const isCovered = this.#take(amount, (fund, part) => {
      fund.pending += part;
      hold.parts.set(fund, (hold.parts.get(fund) ?? 0n) + part);
    });
    if (isCovered) hold.amount += amount;
    return isCovered ? 'done' : 'credits.insufficient';
  }

  settle(hold: ModelHold, capture: bigint, release: bigint, isLast: boolean, now: number): Outcome {
    const rest = hold.amount - hold.captured - hold.released;
    if (!hold.isOpen || capture + release > rest) return 'credits.hold_closed';
    const given = isLast ? rest - capture : release;
    this.#consume(hold, this.funds, capture, () => undefined);
    let hasExpired = false;
    this.#consume(hold, this.funds.toReversed(), given, (fund, part) => {
      fund.free += part;
      hasExpired ||= fund.expiresAt <= now;
    });
    hold.captured += capture;
    hold.released += given;
    hold.isOpen = !isLast;
    if (hasExpired) this.expire(now);
    return 'done';
  }

  expire(now: number): Outcome {
    for (const fund of this.#funds) if (fund.expiresAt <= now) fund.free = 0n;
    return 'done';
  }

  describe(): string[] {
    return [
      `wallet ${addUp(this.#funds.map(({ free }) => free))}/${addUp(this.#funds.map(({ pending }) => pending))}`,
      ...this.funds.map(({ free, pending }) => `fund ${free}/${pending}`),
      ...this.holds.map(
        ({ amount, captured, released, isOpen }) =>
          `hold ${amount}/${captured}/${released}/${isOpen ? 'open' : 'closed'}`,
      ),
    ];
  }

  get #paid(): ModelFund {
    const paid = this.#funds.find(({ isPaid }) => isPaid);
    if (!paid) throw new Error('no wallet');
    return paid;
  }

  #open(): void {
    if (this.#funds.length === 0)
      this.#funds.push({ isPaid: true, expiresAt: Infinity, free: 0n, pending: 0n });
  }

  #take(amount: bigint, take: (fund: ModelFund, part: bigint) => void): boolean {
    if (addUp(this.#funds.map(({ free }) => free)) < amount) return false;
    let rest = amount;
    for (const fund of this.funds) {
      const part = smaller(rest, fund.free);
      if (part === 0n) continue;
      fund.free -= part;
      rest -= part;
      take(fund, part);
    }
    return true;
  }

  #consume(
    hold: ModelHold,
    funds: ModelFund[],
    amount: bigint,
    take: (fund: ModelFund, part: bigint) => void,
  ): void {
    let rest = amount;
    for (const fund of funds) {
      const open = hold.parts.get(fund) ?? 0n;
      const part = smaller(rest, open);
      if (part === 0n) continue;
      hold.parts.set(fund, open - part);
      fund.pending -= part;
      rest -= part;
      take(fund, part);
    }
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// The operations. A number that names a hold or an earlier operation is taken modulo how many there are.

const amount = fc.bigInt({ min: 1n, max: 60n });
const small = fc.bigInt({ min: 0n, max: 20n });
const nth = fc.nat({ max: 30 });
/** Percent of what is still held, so that most settlements fit and some take exactly the rest. */
const percent = fc.constantFrom(0n, 10n, 33n, 50n, 100n);

const operation = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('grant'), amount, days: fc.integer({ min: 1, max: 12 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('grantForever'), amount }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('topUp'), amount }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('hold'), amount }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('extend'), nth, amount }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('settle'), nth, capture: small, release: small }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('settleShare'), nth, capture: percent, release: percent }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('settleLast'), nth, capture: small }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('close'), nth }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('adjust'), amount: fc.bigInt({ min: -40n, max: 40n }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait'), days: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('expire') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('replay'), nth }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('replayChanged'), nth }) },
) as fc.Arbitrary<Operation>;

type Operation =
  | { kind: 'grant'; amount: bigint; days: number }
  | { kind: 'grantForever' | 'topUp' | 'hold' | 'adjust'; amount: bigint }
  | { kind: 'extend'; nth: number; amount: bigint }
  | { kind: 'settle' | 'settleShare'; nth: number; capture: bigint; release: bigint }
  | { kind: 'settleLast'; nth: number; capture: bigint }
  | { kind: 'close' | 'replay' | 'replayChanged'; nth: number }
  | { kind: 'wait'; days: number }
  | { kind: 'expire' };

/** A keyed call that went through, ready to be made again with more points added. */
interface PastCall {
  call(tx: SystemTx, more: bigint): Promise<string>;
  resultId: string;
}

/** One account: the ledger and the model of it, driven side by side. */
class Run {
  readonly accountId = newUuid();
  readonly model = new LedgerModel();
  readonly clock = new FakeClock();
  readonly ledger = new Ledger(this.clock);
  readonly #holdIds: string[] = [];
  readonly #past: PastCall[] = [];
  #keys = 0;

  /** @returns what the model expects, and the same of the ledger */
  async perform(tx: SystemTx, step: Operation): Promise<{ expected: Outcome; actual: Outcome }> {
    this.clock.advanceSeconds(1);
    const now = this.clock.now().getTime();
    const { ledger, accountId, model } = this;
    switch (step.kind) {
      case 'wait':
        this.clock.advanceSeconds(step.days * DAY_SECONDS);
        return { expected: 'done', actual: 'done' };
      case 'expire':
        return { expected: model.expire(now), actual: await outcomeOf(ledger.expire(tx, accountId)) };
      case 'grant': {
        const expiresAt = new Date(now + step.days * DAY_SECONDS * 1000);
        const call = this.#grant(step.amount, expiresAt);
        return { expected: model.add(step.amount, expiresAt.getTime()), actual: await this.#keep(tx, call) };
      }
      case 'grantForever':
        return {
          expected: model.add(step.amount, Infinity),
          actual: await this.#keep(tx, this.#grant(step.amount)),
        };
      case 'topUp': {
        const key = this.#newKey();
        const call = async (inTx: SystemTx, more: bigint) =>
          (await ledger.topUp(inTx, { accountId, amount: step.amount + more, key })).entryId;
        return { expected: model.add(step.amount, 'paid'), actual: await this.#keep(tx, call) };
      }
      case 'adjust': {
        const request = { accountId, key: this.#newKey(), reason: 'correction', actor: 'test' };
        const call = async (inTx: SystemTx, more: bigint) =>
          (await ledger.adjust(inTx, { ...request, amount: step.amount + (step.amount < 0n ? -more : more) }))
            .entryId;
        const expected = step.amount === 0n ? 'credits.amount_invalid' : model.adjust(step.amount, now);
        return { expected, actual: await this.#keep(tx, call) };
      }
      case 'hold':
        return { expected: model.hold(step.amount, now), actual: await this.#hold(tx, step.amount) };
      case 'replay':
        return this.#replay(tx, step.nth, 0n, 'done');
      case 'replayChanged':
        return this.#replay(tx, step.nth, 1n, 'credits.key_reused');
      case 'extend':
      case 'settle':
      case 'settleShare':
      case 'settleLast':
      case 'close':
        return this.#touchHold(tx, step, now);
    }
  }

  async #touchHold(
    tx: SystemTx,
    step: Extract<Operation, { nth: number }>,
    now: number,
  ): Promise<{ expected: Outcome; actual: Outcome }> {
    const { ledger, accountId, model } = this;
    const index = step.nth % Math.max(model.holds.length, 1);
    const hold = model.holds[index];
    const holdId = this.#holdIds[index];
    if (!hold || !holdId) {
      const settled = ledger.settle(tx, { accountId, holdId: newUuid(), capture: 1n, release: 0n });
      return { expected: 'credits.hold_closed', actual: await outcomeOf(settled) };
    }
    if (step.kind === 'close') {
      const expected = hold.isOpen ? model.settle(hold, 0n, 0n, true, now) : 'done';
      return { expected, actual: await outcomeOf(ledger.closeHold(tx, { accountId, holdId })) };
    }
    if (step.kind === 'extend') {
      const key = this.#newKey();
      const call = async (inTx: SystemTx, more: bigint) => {
        await ledger.extendHold(inTx, { accountId, holdId, amount: step.amount + more, key });
        return holdId;
      };
      return { expected: model.extend(hold, step.amount, now), actual: await this.#keep(tx, call) };
    }
    if (step.kind === 'settleLast') {
      const settled = ledger.settleLast(tx, { accountId, holdId, capture: step.capture });
      return { expected: model.settle(hold, step.capture, 0n, true, now), actual: await outcomeOf(settled) };
    }
    if (step.kind !== 'settle' && step.kind !== 'settleShare')
      throw new Error(`not about a hold: ${step.kind}`);
    const rest = hold.amount - hold.captured - hold.released;
    const capture = step.kind === 'settle' ? step.capture : (rest * step.capture) / 100n;
    const release = step.kind === 'settle' ? step.release : ((rest - capture) * step.release) / 100n;
    if (capture + release === 0n) return { expected: 'done', actual: 'done' };
    const settled = ledger.settle(tx, { accountId, holdId, capture, release });
    return { expected: model.settle(hold, capture, release, false, now), actual: await outcomeOf(settled) };
  }

  async #hold(tx: SystemTx, holdAmount: bigint): Promise<Outcome> {
    const request = { accountId: this.accountId, key: this.#newKey(), expiresAt: this.clock.now() };
    const call = async (inTx: SystemTx, more: bigint) => {
      const reference = { kind: 'campaign', id: request.key } as const;
      return (await this.ledger.hold(inTx, { ...request, reference, amount: holdAmount + more })).holdId;
    };
    const outcome = await this.#keep(tx, call);
    if (outcome === 'done') this.#holdIds.push(this.#past.at(-1)?.resultId ?? '');
    return outcome;
  }

  #grant(grantAmount: bigint, expiresAt?: Date): PastCall['call'] {
    const grant = { accountId: this.accountId, key: this.#newKey(), ...(expiresAt && { expiresAt }) };
    return async (tx, more) =>
      (await this.ledger.grant(tx, { ...grant, amount: grantAmount + more })).entryId;
  }

  async #keep(tx: SystemTx, call: PastCall['call']): Promise<Outcome> {
    const made = call(tx, 0n);
    const outcome = await outcomeOf(made);
    if (outcome === 'done') this.#past.push({ call, resultId: await made });
    return outcome;
  }

  async #replay(
    tx: SystemTx,
    index: number,
    more: bigint,
    expected: Outcome,
  ): Promise<{ expected: Outcome; actual: Outcome }> {
    const past = this.#past[index % Math.max(this.#past.length, 1)];
    if (!past) return { expected: 'done', actual: 'done' };
    const made = past.call(tx, more);
    const actual = await outcomeOf(made);
    if (actual === 'done') expect(await made).toBe(past.resultId);
    return { expected, actual };
  }

  #newKey(): string {
    return `key-${this.#keys++}`;
  }
}

async function outcomeOf(call: Promise<unknown>): Promise<Outcome> {
  try {
    await call;
    return 'done';
  } catch (error) {
    if (isDomainError(error)) return error.code as Outcome;
    throw error;
  }
}

/** The stored truth in the words of LedgerModel.describe. */
async function describeStored(tx: AnyTx, accountId: string): Promise<string[]> {
  const [stored] = await tx.query<{ lines: string[] }>(
    `SELECT ARRAY[coalesce((SELECT concat('wallet ', available, '/', held) FROM wallets WHERE account_id = $1), 'wallet 0/0')]
         || ARRAY(SELECT concat('fund ', available, '/', pending_debit) FROM ledger_accounts
                  WHERE account_id = $1 AND kind = 'fund' ORDER BY source, expires_at NULLS LAST, created_at)
         || ARRAY(SELECT concat('hold ', concat_ws('/', amount, captured, released, status)) FROM holds
                  WHERE account_id = $1 ORDER BY created_at) AS lines`,
    [accountId],
  );
  return stored?.lines ?? [];
}

describe('the ledger against a plain model', () => {
  let test: TestDatabase;
  let verifier: VerifyLedgerUseCase;

  beforeAll(async () => {
    test = await createTestDatabase({ poolSize: WORKERS });
    verifier = new VerifyLedgerUseCase(test.database, new LedgerChecks(), new FakeClock());
  });
  afterAll(() => test.drop());

  async function play(operations: Operation[]): Promise<void> {
    const run = new Run();
    for (const [index, step] of operations.entries()) {
      // Reading in the transaction of a refused call also proves that a refusal leaves it usable.
      const { outcomes, stored } = await test.database.inSystem(async (tx) => ({
        outcomes: await run.perform(tx, step),
        stored: await describeStored(tx, run.accountId),
      }));
      expect({ index, outcome: outcomes.actual, state: stored }).toEqual({
        index,
        outcome: outcomes.expected,
        state: run.model.describe(),
      });
    }
    const { problems } = await verifier.execute({ accountId: run.accountId });
    expect(problems).toEqual([]);
  }

  it('agrees after every operation of many random sequences', async () => {
    const sequence = fc.array(operation, { minLength: 10, maxLength: 30, size: 'max' });
    const runs = Array.from({ length: WORKERS }, () =>
      // fast-check prints the seed and the shrunk sequence when one fails.
      fc.assert(fc.asyncProperty(sequence, play), { numRuns: SEQUENCES / WORKERS }),
    );
    await Promise.all(runs);
  }, 300_000);

  it('is balanced as a whole after all of them', async () => {
    const report = await verifier.execute();
    expect(report.problems).toEqual([]);
  });
});
