import { Injectable } from '@nestjs/common';
import type { AnyTx } from '#platform';
import { PriceSnapshot, type Channel } from './price-snapshot.js';

@Injectable()
export class PriceReader {
  /** The prices of a channel as they are at that moment: for each country the newest that has come into effect. */
  async snapshot(tx: AnyTx, channel: Channel, at: Date): Promise<PriceSnapshot> {
    const rows = await tx.query<{ country: string; price: bigint | null }>(
      `SELECT DISTINCT ON (country) country, millipoints_per_part AS price FROM prices
       WHERE channel = $1 AND effective_from <= $2 ORDER BY country, effective_from DESC`,
      [channel, at],
    );
    return new PriceSnapshot(channel, new Map(rows.map(({ country, price }) => [country, price])));
  }
}
