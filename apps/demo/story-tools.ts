import type { Findings } from './findings.js';
import type { HttpClient } from './http-client.js';
import type { Narrator } from './narrator.js';
import type { SimulatedPhones } from './simulated-phones.js';

/** What every chapter of the story needs. */
export interface StoryTools {
  /** The business at the HTTP face. */
  client: HttpClient;
  phones: SimulatedPhones;
  narrator: Narrator;
  findings: Findings;
}
