import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Database, LOGGER, type Logger } from '#platform';
import { Public } from '../access/access.js';
import { Metrics } from './metrics.js';

/** A load balancer would have given up by then. */
const PING_TIMEOUT_MS = 2_000;

/** For load balancers, supervisors and Prometheus. */
@ApiExcludeController()
@Controller()
export class HealthController {
  constructor(
    private readonly database: Database,
    private readonly metrics: Metrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** The process is up; says nothing about what it depends on. */
  @Public()
  @Get('healthz')
  alive() {
    return { status: 'up' };
  }

  /** Whether requests would be served, and which part is down when not. */
  @Public()
  @Get('readyz')
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const database = await this.#pingDatabase();
    const isReady = database === 'up';
    void reply.status(isReady ? 200 : 503);
    return { status: isReady ? 'up' : 'down', parts: { database } };
  }

  @Public()
  @Get('metrics')
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  scrape(): Promise<string> {
    return this.metrics.registry.metrics();
  }

  async #pingDatabase(): Promise<'up' | 'down'> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('the database did not answer in time')), PING_TIMEOUT_MS);
    });
    try {
      await Promise.race([this.database.ping(), late]);
      return 'up';
    } catch (error) {
      this.logger.warn({ err: error }, 'not ready: the database does not answer');
      return 'down';
    } finally {
      clearTimeout(timer);
    }
  }
}
