import type { Recipient } from '#contacts';
import { countParts, findTextProblem, type CompiledTemplate } from '#domain';

/** Stored as JSON with the campaign, hence plain numbers and strings: millipoints are decimal strings. */
export interface CampaignEstimate {
  recipients: number;
  dropped: { duplicates: number; suppressed: number; unsendable: number };
  /** Recipients by encoding of their text. */
  encodings: { gsm7: number; ucs2: number };
  /** Recipients by number of parts, e.g. { "1": 900, "2": 100 }. */
  partsPerRecipient: Record<string, number>;
  parts: number;
  destinations: { country: string; recipients: number; parts: number; millipoints: string }[];
  millipoints: string;
  samples: { recipient: string; text: string; parts: number; encoding: string }[];
  /** The first character that costs the first UCS-2 text its GSM alphabet. */
  firstUcs2Character: { character: string; replacement: string | null } | null;
  missingVariables: { recipients: number; names: string[]; examples: string[] };
}

const SAMPLES = 3;
const MISSING_EXAMPLES = 5;

/**
 * A rendered text that cannot be sent at all: empty after filling in, or longer than a message may be. Such a recipient
 * costs nothing; at launch it gets a refused message that says why.
 */
export function findUnsendable(text: string): string | null {
  return findTextProblem(text)?.code ?? null;
}

/** Adds up recipients one by one; a million of them need no more memory than ten. */
export class EstimateTotals {
  #recipients = 0;
  #unsendable = 0;
  #encodings = { gsm7: 0, ucs2: 0 };
  #byParts = new Map<number, number>();
  #byCountry = new Map<string, { recipients: number; parts: number }>();
  #samples: CampaignEstimate['samples'] = [];
  #firstUcs2: CampaignEstimate['firstUcs2Character'] = null;
  #missing = { recipients: 0, names: new Set<string>(), examples: [] as string[] };

  constructor(private readonly template: CompiledTemplate) {}

  /** Renders and counts one recipient. */
  add(recipient: Recipient): void {
    const { text, missing } = this.template.render(recipient.variables);
    if (missing.length > 0) this.#addMissing(recipient.phone, missing);
    this.addText(recipient.phone, recipient.country, text, 1);
  }

  /** Counts `times` recipients of one country who all get the same text. */
  addText(phone: string, country: string, text: string, times: number): void {
    if (findUnsendable(text)) {
      this.#unsendable += times;
      return;
    }
    const counted = countParts(text);
    const { encoding, parts } = counted;
    this.#recipients += times;
    this.#encodings[encoding] += times;
    this.#byParts.set(parts, (this.#byParts.get(parts) ?? 0) + times);
    const destination = this.#byCountry.get(country) ?? { recipients: 0, parts: 0 };
    destination.recipients += times;
    destination.parts += parts * times;
    this.#byCountry.set(country, destination);
    if (this.#samples.length < SAMPLES) this.#samples.push({ recipient: phone, text, parts, encoding });
    if (!this.#firstUcs2 && counted.firstUcs2Character) {
      const { character, replacement } = counted.firstUcs2Character;
      this.#firstUcs2 = { character, replacement: replacement ?? null };
    }
  }

  /** @param priceOf millipoints per part of a country */
  finish(
    dropped: { duplicates: number; suppressed: number },
    priceOf: (country: string) => bigint,
  ): CampaignEstimate {
    const destinations = [...this.#byCountry]
      .map(([country, { recipients, parts }]) => ({
        country,
        recipients,
        parts,
        price: priceOf(country) * BigInt(parts),
      }))
      .sort((a, b) => b.recipients - a.recipients || (a.country < b.country ? -1 : 1));
    return {
      recipients: this.#recipients,
      dropped: { ...dropped, unsendable: this.#unsendable },
      encodings: this.#encodings,
      partsPerRecipient: Object.fromEntries([...this.#byParts].sort(([a], [b]) => a - b)),
      parts: destinations.reduce((sum, { parts }) => sum + parts, 0),
      destinations: destinations.map(({ price, ...rest }) => ({ ...rest, millipoints: String(price) })),
      millipoints: String(destinations.reduce((sum, { price }) => sum + price, 0n)),
      samples: this.#samples,
      firstUcs2Character: this.#firstUcs2,
      missingVariables: { ...this.#missing, names: [...this.#missing.names] },
    };
  }

  #addMissing(phone: string, names: readonly string[]): void {
    this.#missing.recipients++;
    for (const name of names) this.#missing.names.add(name);
    if (this.#missing.examples.length < MISSING_EXAMPLES) this.#missing.examples.push(phone);
  }
}
