import type { ExpandCampaignUseCase } from '#campaigns';
import type { JobContext, JobProcessor } from '#platform';

/** Renders a launched campaign into batches. */
export class ExpandCampaignProcessor implements JobProcessor<'campaigns.expand'> {
  readonly job = 'campaigns.expand';

  /** @param onBatches there is something to send */
  constructor(
    private readonly expandCampaign: ExpandCampaignUseCase,
    private readonly onBatches: () => void,
  ) {}

  async run({ campaignId }: { campaignId: string }, { signal }: JobContext): Promise<void> {
    await this.expandCampaign.execute(campaignId, signal, this.onBatches);
  }
}
