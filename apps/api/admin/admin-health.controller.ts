import { Controller, Get, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CreditsReader, VerifyLedgerUseCase, type LedgerReport } from '#credits';
import { DomainError } from '#domain';
import { Database, JobQueues, LOGGER, type Logger } from '#platform';
import { AdminOnly } from '../access/access.js';
import { Answers } from '../http/answers.js';
import { healthView, ledgerReportView } from './admin.dto.js';

/** A queue that does not answer within this time is shown as down. */
const COUNT_TIMEOUT_MS = 3_000;

@ApiTags('Admin')
@AdminOnly()
@Controller('v1/admin')
export class AdminHealthController {
  constructor(
    private readonly database: Database,
    private readonly queues: JobQueues,
    private readonly credits: CreditsReader,
    private readonly verifyLedger: VerifyLedgerUseCase,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Get('health')
  @Answers(200, healthView, 'Shows the state of the parts')
  async health() {
    const [queues, report] = await Promise.all([this.#countJobs(), this.#lastReport()]);
    const isUp = queues !== null && (report?.isBalanced ?? true);
    const ledger = report ? presentReport(report) : null;
    return { status: isUp ? 'up' : 'degraded', database: 'up', queues, ledger };
  }

  @Get('ledger-verification')
  @Answers(200, ledgerReportView, 'Shows the last proof of the ledger')
  async lastVerification() {
    const report = await this.#lastReport();
    if (!report) throw new DomainError('resource.not_found');
    return presentReport(report);
  }

  @Post('ledger-verification')
  @Answers(200, ledgerReportView, 'Proves the whole ledger now')
  async verify() {
    return presentReport(await this.verifyLedger.execute());
  }

  #lastReport(): Promise<LedgerReport | undefined> {
    return this.database.inSystem((tx) => this.credits.lastVerification(tx));
  }

  async #countJobs(): Promise<Record<string, Record<string, number>> | null> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('the queues did not answer in time')), COUNT_TIMEOUT_MS);
    });
    try {
      return await Promise.race([this.queues.countJobs(), late]);
    } catch (error) {
      this.logger.warn({ err: error }, 'the queues cannot be counted');
      return null;
    } finally {
      clearTimeout(timer);
    }
  }
}

const presentReport = ({ at, isBalanced, problems }: LedgerReport) => ({
  at: at.toISOString(),
  isBalanced,
  problems,
});
