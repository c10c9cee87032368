import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import type { Principal } from '#accounts';
import { CampaignsReader, CreateCampaignUseCase, UpdateCampaignUseCase } from '#campaigns';
import { CurrentPrincipal, RequireScopes } from '../access/access.js';
import { Answers, AnswersNothing } from '../http/answers.js';
import { decodeCursor, encodeCursor, pageOf, pageQuery } from '../http/paging.js';
import { PublicIdPipe } from '../http/public-id-pipe.js';
import {
  campaignProgressView,
  campaignView,
  createCampaignBody,
  presentCampaign,
  presentProgress,
  readDraft,
  readDraftChanges,
  updateCampaignBody,
  type CreateCampaignBody,
  type UpdateCampaignBody,
} from './campaigns.dto.js';

const campaignId = new PublicIdPipe('cmp', 'campaigns.not_found');
const cursorShape = z.object({ id: z.uuid() });

@ApiTags('Campaigns')
@Controller('v1/campaigns')
export class CampaignsController {
  constructor(
    private readonly reader: CampaignsReader,
    private readonly createCampaign: CreateCampaignUseCase,
    private readonly updateCampaign: UpdateCampaignUseCase,
  ) {}

  @Get()
  @RequireScopes('campaigns:read')
  @Answers(200, pageOf(campaignView), 'Lists campaigns, newest first')
  async list(
    @CurrentPrincipal() { accountId }: Principal,
    @Query({ schema: pageQuery }) query: z.output<typeof pageQuery>,
  ) {
    const before = decodeCursor(query.cursor, cursorShape)?.id ?? null;
    const campaigns = await this.reader.list(accountId, { before, limit: query.limit });
    const last = campaigns.length === query.limit ? campaigns.at(-1) : undefined;
    return { data: campaigns.map(presentCampaign), nextCursor: last ? encodeCursor({ id: last.id }) : null };
  }

  @Post()
  @RequireScopes('campaigns:write')
  @Answers(201, campaignView, 'Makes a draft')
  async create(
    @CurrentPrincipal() { accountId }: Principal,
    @Body({ schema: createCampaignBody }) body: CreateCampaignBody,
  ) {
    const id = await this.createCampaign.execute(accountId, readDraft(body));
    return presentCampaign((await this.reader.progress(accountId, id)).campaign);
  }

  @Get(':id')
  @RequireScopes('campaigns:read')
  @Answers(200, campaignProgressView, 'Shows a campaign with its counters and points')
  async show(@CurrentPrincipal() { accountId }: Principal, @Param('id', campaignId) id: string) {
    return presentProgress(await this.reader.progress(accountId, id));
  }

  @Patch(':id')
  @RequireScopes('campaigns:write')
  @Answers(200, campaignView, 'Changes a draft')
  async update(
    @CurrentPrincipal() { accountId }: Principal,
    @Param('id', campaignId) id: string,
    @Body({ schema: updateCampaignBody }) body: UpdateCampaignBody,
  ) {
    await this.updateCampaign.execute(accountId, id, readDraftChanges(body));
    return presentCampaign((await this.reader.progress(accountId, id)).campaign);
  }

  @Delete(':id')
  @RequireScopes('campaigns:write')
  @AnswersNothing('Deletes a draft')
  async delete(
    @CurrentPrincipal() { accountId }: Principal,
    @Param('id', campaignId) id: string,
  ): Promise<void> {
    await this.updateCampaign.delete(accountId, id);
  }
}
