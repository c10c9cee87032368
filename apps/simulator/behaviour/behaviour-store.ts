import { type Behaviour, type BehaviourPatch, DEFAULT_BEHAVIOUR } from './behaviour.js';
import { Random } from './random.js';

/** How the carrier behaves at the moment, and the dice it throws. */
export class BehaviourStore {
  private behaviour: Behaviour;
  private dice: Random;
  private submitsUntilCut = Infinity;

  constructor(private readonly initialSeed: number | null = null) {
    this.behaviour = { ...DEFAULT_BEHAVIOUR, seed: initialSeed };
    this.dice = newDice(initialSeed);
  }

  get current(): Readonly<Behaviour> {
    return this.behaviour;
  }

  get random(): Random {
    return this.dice;
  }

  /** Changes the fields given and keeps the others. */
  change(patch: BehaviourPatch): Readonly<Behaviour> {
    const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
    this.behaviour = { ...this.behaviour, ...given };
    if (patch.seed !== undefined) this.dice = newDice(patch.seed);
    if (patch.disconnectAfter !== undefined) this.submitsUntilCut = patch.disconnectAfter ?? Infinity;
    return this.behaviour;
  }

  /** Back to how a carrier behaves on a good day. */
  reset(): Readonly<Behaviour> {
    return this.change({ ...DEFAULT_BEHAVIOUR, seed: this.initialSeed });
  }

  /** Counts an accepted submit; true for the one at which the connection must be cut. */
  isTimeToCut(): boolean {
    if (this.submitsUntilCut === Infinity) return false;
    this.submitsUntilCut -= 1;
    if (this.submitsUntilCut > 0) return false;
    this.change({ disconnectAfter: null });
    return true;
  }
}

function newDice(seed: number | null): Random {
  return new Random(seed ?? Math.floor(Math.random() * 0xffff_ffff));
}
