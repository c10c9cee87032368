import type { VerifyLedgerUseCase } from '#credits';
import type { JobProcessor, Logger } from '#platform';

/** Proves every point, and says loudly when one is missing. */
export class VerifyLedgerProcessor implements JobProcessor<'credits.verify-ledger'> {
  readonly job = 'credits.verify-ledger';

  constructor(
    private readonly verifyLedger: VerifyLedgerUseCase,
    private readonly logger: Logger,
  ) {}

  async run(): Promise<void> {
    const { isBalanced, problems } = await this.verifyLedger.execute({});
    if (isBalanced) this.logger.info('the ledger is balanced');
    else
      this.logger.error(
        { problems: problems.slice(0, 20), count: problems.length },
        'THE LEDGER IS NOT BALANCED',
      );
  }
}
