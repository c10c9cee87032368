import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Principal } from '#accounts';
import {
  CampaignsReader,
  ControlCampaignUseCase,
  parseScheduleTime,
  UpdateCampaignUseCase,
} from '#campaigns';
import { CurrentPrincipal, RequireScopes } from '../access/access.js';
import { Answers } from '../http/answers.js';
import { PublicIdPipe } from '../http/public-id-pipe.js';
import {
  campaignProgressView,
  presentProgress,
  rescheduleBody,
  type RescheduleBody,
} from './campaigns.dto.js';

const campaignId = new PublicIdPipe('cmp', 'campaigns.not_found');

@ApiTags('Campaigns')
@RequireScopes('campaigns:write')
@Controller('v1/campaigns/:id')
export class CampaignControlController {
  constructor(
    private readonly reader: CampaignsReader,
    private readonly controlCampaign: ControlCampaignUseCase,
    private readonly updateCampaign: UpdateCampaignUseCase,
  ) {}

  @Post('pause')
  @Answers(200, campaignProgressView, 'Stops sending until resumed; what is on its way arrives')
  async pause(@CurrentPrincipal() { accountId }: Principal, @Param('id', campaignId) id: string) {
    await this.controlCampaign.pause(accountId, id);
    return presentProgress(await this.reader.progress(accountId, id));
  }

  @Post('resume')
  @Answers(200, campaignProgressView, 'Goes on where it was paused; nobody is sent to twice')
  async resume(@CurrentPrincipal() { accountId }: Principal, @Param('id', campaignId) id: string) {
    await this.controlCampaign.resume(accountId, id);
    return presentProgress(await this.reader.progress(accountId, id));
  }

  @Post('cancel')
  @Answers(200, campaignProgressView, 'Ends a campaign; points of what was not sent are given back')
  async cancel(@CurrentPrincipal() { accountId }: Principal, @Param('id', campaignId) id: string) {
    await this.controlCampaign.cancel(accountId, id);
    return presentProgress(await this.reader.progress(accountId, id));
  }

  @Post('reschedule')
  @Answers(200, campaignProgressView, 'Moves a scheduled campaign to another time')
  async reschedule(
    @CurrentPrincipal() { accountId }: Principal,
    @Param('id', campaignId) id: string,
    @Body({ schema: rescheduleBody }) { scheduleAt, timeZone }: RescheduleBody,
  ) {
    await this.updateCampaign.reschedule(accountId, id, parseScheduleTime(scheduleAt, timeZone));
    return presentProgress(await this.reader.progress(accountId, id));
  }
}
