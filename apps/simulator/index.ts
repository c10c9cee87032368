/** A carrier for development and tests: SMPP 3.4 server, a page of phones, faults on demand. */
export { type Behaviour, DEFAULT_BEHAVIOUR } from './behaviour/behaviour.js';
export { MAGIC_SUFFIXES } from './behaviour/magic-suffixes.js';
export type { PhoneMessage, PhoneSummary } from './phones/phone-book.js';
export { createSimulator, type Simulator, type SimulatorOptions } from './simulator.js';
