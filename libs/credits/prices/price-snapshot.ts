export type Channel = 'sms' | 'mms';

/** As stored with a campaign: millipoints as text because JSON has no integers of that size; null closes a country. */
export interface PriceSnapshotJson {
  channel: Channel;
  prices: Record<string, string | null>;
}

/** The price of every country without one of its own. */
const ANY_COUNTRY = '*';

/** The prices of one channel at one moment. A campaign keeps the snapshot of its launch, so its price never moves. */
export class PriceSnapshot {
  /** @param prices country, or * for all others -> millipoints per part, null where the destination is closed */
  constructor(
    readonly channel: Channel,
    private readonly prices: ReadonlyMap<string, bigint | null>,
  ) {}

  /**
   * Millipoints for one part to that country (ISO 3166-1 alpha-2); undefined where nothing is sold.
   */
  priceOf(country: string): bigint | undefined {
    const own = this.prices.get(country);
    return (own === undefined ? this.prices.get(ANY_COUNTRY) : own) ?? undefined;
  }

  toJson(): PriceSnapshotJson {
    const entries = [...this.prices].map(([country, price]) => [country, price?.toString() ?? null] as const);
    return { channel: this.channel, prices: Object.fromEntries(entries) };
  }

  /** Reads what toJson wrote. */
  static fromJson({ channel, prices }: PriceSnapshotJson): PriceSnapshot {
    const entries = Object.entries(prices).map(
      ([country, price]) => [country, price === null ? null : BigInt(price)] as const,
    );
    return new PriceSnapshot(channel, new Map(entries));
  }
}
