import { type MessageState, STATUS } from '#smpp';
import type { Behaviour } from './behaviour.js';
import { type Fault, faultOf } from './magic-suffixes.js';
import type { Random } from './random.js';

/** What will become of one submit. */
export interface Fate {
  /** The status to refuse it with, 0 to accept it. */
  readonly refusal: number;
  readonly state: Extract<MessageState, 'delivered' | 'undeliverable' | 'expired'>;
  readonly receipts: 0 | 1 | 2;
  readonly isReceiptFirst: boolean;
  readonly isResponseLost: boolean;
  readonly isConnectionCut: boolean;
}

const PLAIN: Fate = Object.freeze({
  refusal: STATUS.ESME_ROK,
  state: 'delivered',
  receipts: 1,
  isReceiptFirst: false,
  isResponseLost: false,
  isConnectionCut: false,
});

/** Numbers remembered for the faults that happen once; the oldest are forgotten first. */
const MAX_REMEMBERED_NUMBERS = 10_000;

/** Decides what becomes of each submit, from the number it goes to and the behaviour set. */
export class Fates {
  private readonly faultedNumbers = new Set<string>();

  decide(number: string, behaviour: Readonly<Behaviour>, random: Random): Fate {
    const fault = behaviour.magicNumbers ? faultOf(number) : undefined;
    return fault === undefined ? fateByChance(behaviour, random) : this.fateByFault(fault, number);
  }

  /** Lets the faults that happen once happen again. */
  forget(): void {
    this.faultedNumbers.clear();
  }

  private fateByFault(fault: Fault, number: string): Fate {
    switch (fault) {
      case 'refuse_destination':
        return { ...PLAIN, refusal: STATUS.ESME_RINVDSTADR };
      case 'undelivered':
        return { ...PLAIN, state: 'undeliverable' };
      case 'expired':
        return { ...PLAIN, state: 'expired' };
      case 'lose_response':
        return { ...PLAIN, isResponseLost: true };
      case 'lose_receipt':
        return { ...PLAIN, receipts: 0 };
      case 'double_receipt':
        return { ...PLAIN, receipts: 2 };
      case 'receipt_before_response':
        return { ...PLAIN, isReceiptFirst: true };
      case 'throttle_once':
        return this.isFirstTime(number) ? { ...PLAIN, refusal: STATUS.ESME_RTHROTTLED } : PLAIN;
      case 'queue_full_once':
        return this.isFirstTime(number) ? { ...PLAIN, refusal: STATUS.ESME_RMSGQFUL } : PLAIN;
      case 'cut_once':
        return this.isFirstTime(number) ? { ...PLAIN, isConnectionCut: true } : PLAIN;
    }
  }

  private isFirstTime(number: string): boolean {
    if (this.faultedNumbers.has(number)) return false;
    if (this.faultedNumbers.size >= MAX_REMEMBERED_NUMBERS) {
      const oldest = this.faultedNumbers.values().next().value;
      if (oldest !== undefined) this.faultedNumbers.delete(oldest);
    }
    this.faultedNumbers.add(number);
    return true;
  }
}

function fateByChance(behaviour: Readonly<Behaviour>, random: Random): Fate {
  if (random.isHit(behaviour.refuseRate)) return { ...PLAIN, refusal: behaviour.refuseStatus };
  const isReceiptFirst = behaviour.receiptOrder === 'before_response';
  const isResponseLost = random.isHit(behaviour.responseLossRate);
  const state = stateByChance(behaviour, random);
  const receipts = receiptsByChance(behaviour, random);
  if (!isReceiptFirst && !isResponseLost && state === 'delivered' && receipts === 1) return PLAIN;
  return { ...PLAIN, isReceiptFirst, isResponseLost, state, receipts };
}

function stateByChance({ undeliveredRate, expiredRate }: Readonly<Behaviour>, random: Random): Fate['state'] {
  if (random.isHit(undeliveredRate)) return 'undeliverable';
  return random.isHit(expiredRate) ? 'expired' : 'delivered';
}

function receiptsByChance(behaviour: Readonly<Behaviour>, random: Random): Fate['receipts'] {
  if (random.isHit(behaviour.receiptLossRate)) return 0;
  return random.isHit(behaviour.receiptDuplicateRate) ? 2 : 1;
}
