import { randomUUID } from 'node:crypto';
import type { Gateway, GatewayListener } from '#domain';
import { Database, Periodic, type Logger } from '#platform';
import { LEASE_SECONDS } from '../batches/batch-limits.js';

/** One carrier as configured: how many binds its login allows, and how to open one. */
export interface GatewayConfiguration {
  readonly name: string;
  readonly maxBinds: number;
  /** Opens one bind; the instance starts its session when `start` is called. */
  open(slot: number): Gateway;
}

/** A gateway this process may use, with the number of its row. */
export interface LeasedGateway {
  readonly gatewayId: number;
  readonly gateway: Gateway;
}

const RENEW_MS = 2_000;

/**
 * Holds the binds of this worker. A carrier allows so many per login, over all workers: each bind needs a lease on one
 * slot in PostgreSQL. Leases of a dead worker run out and another worker takes the slot.
 */
export class GatewayHost {
  readonly #workerId = randomUUID();
  readonly #held = new Map<string, LeasedGateway & { slot: number; renewedAt: number }>();
  readonly #ids = new Map<string, number>();
  readonly #renewing: Periodic;
  #listen: (gatewayId: number) => GatewayListener = () => {
    throw new Error('the gateway host was started without a listener');
  };
  #turn = 0;

  constructor(
    private readonly database: Database,
    private readonly configurations: readonly GatewayConfiguration[],
    private readonly logger: Logger,
  ) {
    this.#renewing = new Periodic('gateway leases', RENEW_MS, () => this.#renewAndAcquire(), logger);
  }

  /** @param listen gives the listener of one gateway, by the number of its row */
  start(listen: (gatewayId: number) => GatewayListener): void {
    this.#listen = listen;
    this.#renewing.start();
  }

  /** Unbinds from all carriers and gives the slots back. */
  async stop(): Promise<void> {
    await this.#renewing.stop();
    await Promise.all([...this.#held.keys()].map((key) => this.#close(key)));
    await this.database.runSystemStatement('DELETE FROM gateway_leases WHERE worker_id = $1', [
      this.#workerId,
    ]);
  }

  /** A gateway that takes messages now; binds take turns. Undefined when none does. */
  pick(): LeasedGateway | undefined {
    const ready = [...this.#held.values()].filter(({ gateway }) => gateway.isReady());
    return ready[this.#turn++ % Math.max(1, ready.length)];
  }

  /** Parts this worker may have on the wire without an answer, over all its binds. */
  get window(): number {
    return [...this.#held.values()].reduce((sum, { gateway }) => sum + gateway.window, 0);
  }

  /** Shortest time until one of the gateways wants to be asked again, ms. */
  get retryAfterMs(): number {
    const waits = [...this.#held.values()].map(({ gateway }) => gateway.retryAfterMs);
    return Math.max(100, Math.min(...waits, RENEW_MS));
  }

  async #renewAndAcquire(): Promise<void> {
    this.#dropExpired();
    await this.#renew();
    for (const configuration of this.configurations) await this.#acquire(configuration);
  }

  /** Without the database no lease can be renewed: the bind must end before another worker may take the slot. */
  #dropExpired(): void {
    const oldest = performance.now() - LEASE_SECONDS * 1000 * 0.8;
    for (const [key, { renewedAt }] of this.#held) {
      if (renewedAt < oldest) void this.#close(key);
    }
  }

  async #renew(): Promise<void> {
    const startedAt = performance.now();
    const kept = await this.database.runSystemStatement<{ gatewayId: number; slot: number }>(
      `UPDATE gateway_leases SET expires_at = now() + make_interval(secs => $2) WHERE worker_id = $1
       RETURNING gateway_id AS "gatewayId", slot`,
      [this.#workerId, LEASE_SECONDS],
    );
    const keys = new Set(kept.map(({ gatewayId, slot }) => `${gatewayId}/${slot}`));
    for (const [key, held] of this.#held) {
      if (keys.has(key)) held.renewedAt = startedAt;
      else void this.#close(key);
    }
  }

  /** Takes at most one slot a round, so that workers that start together share them. */
  async #acquire(configuration: GatewayConfiguration): Promise<void> {
    const gatewayId = await this.#findId(configuration.name);
    const startedAt = performance.now();
    const [lease] = await this.database.runSystemStatement<{ slot: number }>(
      `INSERT INTO gateway_leases (gateway_id, slot, worker_id, expires_at)
       SELECT $1, free.slot, $2, now() + make_interval(secs => $4)
         FROM generate_series(1, $3::int) AS free(slot)
        WHERE NOT EXISTS (SELECT FROM gateway_leases l
                           WHERE l.gateway_id = $1 AND l.slot = free.slot AND l.expires_at > now())
        ORDER BY free.slot LIMIT 1
       ON CONFLICT (gateway_id, slot) DO UPDATE SET worker_id = $2, expires_at = excluded.expires_at
        WHERE gateway_leases.expires_at <= now()
       RETURNING slot`,
      [gatewayId, this.#workerId, configuration.maxBinds, LEASE_SECONDS],
    );
    if (!lease) return;
    const gateway = configuration.open(lease.slot);
    this.#held.set(`${gatewayId}/${lease.slot}`, {
      gatewayId,
      gateway,
      slot: lease.slot,
      renewedAt: startedAt,
    });
    gateway.start(this.#listen(gatewayId));
    this.logger.info({ gateway: configuration.name, slot: lease.slot }, 'gateway slot leased');
  }

  async #findId(name: string): Promise<number> {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const [row] = await this.database.runSystemStatement<{ id: number }>(
      `INSERT INTO gateways (name) VALUES ($1) ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id`,
      [name],
    );
    if (!row) throw new Error(`gateway ${name} has no row`);
    this.#ids.set(name, row.id);
    return row.id;
  }

  async #close(key: string): Promise<void> {
    const held = this.#held.get(key);
    this.#held.delete(key);
    await held?.gateway.stop();
  }
}
