import { Body, Controller, Inject, Param, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type Principal } from '#accounts';
import { LaunchCampaignUseCase, PreviewCampaignUseCase, SendTestUseCase } from '#campaigns';
import { formatId, type Clock } from '#domain';
import { CLOCK } from '#platform';
import { CurrentPrincipal, RequireScopes } from '../access/access.js';
import { Answers } from '../http/answers.js';
import { IdempotencyKey, NeedsIdempotencyKey, sendIdempotent } from '../http/idempotency.js';
import { PublicIdPipe } from '../http/public-id-pipe.js';
import {
  launchView,
  presentLaunch,
  presentPreview,
  presentTest,
  previewView,
  testBody,
  testView,
  type TestBody,
} from './preview.dto.js';

const campaignId = new PublicIdPipe('cmp', 'campaigns.not_found');

@ApiTags('Campaigns')
@Controller('v1/campaigns/:id')
export class CampaignLaunchController {
  constructor(
    private readonly previewCampaign: PreviewCampaignUseCase,
    private readonly sendTest: SendTestUseCase,
    private readonly launchCampaign: LaunchCampaignUseCase,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Post('preview')
  @RequireScopes('campaigns:read')
  @Answers(200, previewView, 'Says what a draft would send and cost')
  async preview(@CurrentPrincipal() { accountId }: Principal, @Param('id', campaignId) id: string) {
    const { campaign, estimate, available } = await this.previewCampaign.execute(accountId, id);
    return presentPreview(estimate, available, campaign, this.clock.now());
  }

  @Post('test')
  @RequireScopes('campaigns:write')
  @NeedsIdempotencyKey()
  @Answers(202, testView, 'Sends one message of a campaign to a number of your choice')
  async test(
    @CurrentPrincipal() { accountId }: Principal,
    @Param('id', campaignId) id: string,
    @Body({ schema: testBody }) body: TestBody,
    @IdempotencyKey() key: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const request = { key, route: `POST /v1/campaigns/${id}/test`, body };
    const answer = await this.sendTest.execute(accountId, id, body.to, request);
    return presentTest(sendIdempotent(reply, answer));
  }

  @Post('launch')
  @RequireScopes('campaigns:write')
  @NeedsIdempotencyKey()
  @Answers(200, launchView, 'Holds the points and starts the broadcast, now or at its time')
  async launch(
    @CurrentPrincipal() { accountId }: Principal,
    @Param('id', campaignId) id: string,
    @IdempotencyKey() key: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const request = { key, route: `POST /v1/campaigns/${id}/launch`, body: null };
    const answer = await this.launchCampaign.execute(accountId, id, request);
    return presentLaunch(formatId('cmp', id), sendIdempotent(reply, answer));
  }
}
