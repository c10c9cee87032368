import { Inject, Injectable } from '@nestjs/common';
import { ContactsReader } from '#contacts';
import type { Clock } from '#domain';
import { CLOCK, Database } from '#platform';
import { requireAction } from '../campaign.js';
import { CampaignRepository, type DraftFields } from '../campaign.repository.js';
import { checkDraft, checkSchedule } from './check-draft.js';

/** Changes a draft, or the time of a scheduled campaign. */
@Injectable()
export class UpdateCampaignUseCase {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(CampaignRepository) private readonly campaigns: CampaignRepository,
    @Inject(ContactsReader) private readonly contacts: ContactsReader,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @param changes only the fields to change */
  async execute(accountId: string, id: string, changes: Partial<DraftFields>): Promise<void> {
    await this.database.inAccount(accountId, async (tx) => {
      const campaign = await this.campaigns.lock(tx, id);
      requireAction(campaign, 'edit');
      const draft: DraftFields = { ...campaign, ...changes };
      checkDraft(draft, this.clock.now());
      if (changes.listIds) await this.contacts.requireLists(tx, changes.listIds);
      await this.campaigns.updateDraft(tx, id, draft);
    });
  }

  /** Moves a scheduled campaign to another time; its hold and prices stay. */
  async reschedule(accountId: string, id: string, scheduleAt: Date): Promise<void> {
    checkSchedule(scheduleAt, this.clock.now());
    await this.database.inAccount(accountId, async (tx) => {
      requireAction(await this.campaigns.lock(tx, id), 'reschedule');
      await tx.query('UPDATE campaigns SET schedule_at = $2 WHERE id = $1', [id, scheduleAt]);
    });
  }

  async delete(accountId: string, id: string): Promise<void> {
    await this.database.inAccount(accountId, async (tx) => {
      requireAction(await this.campaigns.lock(tx, id), 'edit');
      await this.campaigns.delete(tx, id);
    });
  }
}
