import { Inject, Injectable } from '@nestjs/common';
import { ContactsReader } from '#contacts';
import { newUuid, type Clock } from '#domain';
import { CLOCK, Database } from '#platform';
import { CampaignRepository, type DraftFields } from '../campaign.repository.js';
import { checkDraft } from './check-draft.js';

/** Stores a new draft. */
@Injectable()
export class CreateCampaignUseCase {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(CampaignRepository) private readonly campaigns: CampaignRepository,
    @Inject(ContactsReader) private readonly contacts: ContactsReader,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * @returns the uuid of the campaign
   * @throws DomainError of checkDraft, or contacts.list_not_found for a list the account does not have
   */
  async execute(accountId: string, draft: DraftFields): Promise<string> {
    checkDraft(draft, this.clock.now());
    const id = newUuid();
    await this.database.inAccount(accountId, async (tx) => {
      await this.contacts.requireLists(tx, draft.listIds);
      await this.campaigns.insert(tx, id, accountId, draft);
    });
    return id;
  }
}
