import { Module } from '@nestjs/common';
import { AccountsModule } from '#accounts';
import { ContactsModule } from '#contacts';
import { CreditsModule } from '#credits';
import { MessagingModule } from '#messaging';
import { CampaignReport } from './campaign-report.js';
import { CampaignRepository } from './campaign.repository.js';
import { CampaignsReader } from './campaigns.reader.js';
import { CreateCampaignUseCase } from './drafts/create-campaign.use-case.js';
import { UpdateCampaignUseCase } from './drafts/update-campaign.use-case.js';
import { EstimateCampaignUseCase } from './estimates/estimate-campaign.use-case.js';
import { PreviewCampaignUseCase } from './estimates/preview-campaign.use-case.js';
import { ExpandCampaignUseCase } from './expansion/expand-campaign.use-case.js';
import { FinishedCampaignsCheck } from './finished-campaigns.check.js';
import { ControlCampaignUseCase } from './launches/control-campaign.use-case.js';
import { FinishCampaignsUseCase } from './launches/finish-campaigns.use-case.js';
import { LaunchCampaignUseCase } from './launches/launch-campaign.use-case.js';
import { SendTestUseCase } from './launches/send-test.use-case.js';
import { StartDueCampaignsUseCase } from './launches/start-due-campaigns.use-case.js';

const useCases = [
  CampaignReport,
  CampaignRepository,
  CampaignsReader,
  ControlCampaignUseCase,
  CreateCampaignUseCase,
  EstimateCampaignUseCase,
  ExpandCampaignUseCase,
  FinishCampaignsUseCase,
  FinishedCampaignsCheck,
  LaunchCampaignUseCase,
  PreviewCampaignUseCase,
  SendTestUseCase,
  StartDueCampaignsUseCase,
  UpdateCampaignUseCase,
];

@Module({
  imports: [AccountsModule, ContactsModule, CreditsModule, MessagingModule],
  providers: useCases,
  exports: useCases,
})
export class CampaignsModule {}
