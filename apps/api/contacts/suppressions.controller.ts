import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import type { Principal } from '#accounts';
import { AddSuppressionUseCase, LiftSuppressionUseCase, SuppressionsReader } from '#contacts';
import { CurrentPrincipal, RequireScopes } from '../access/access.js';
import { Answers, AnswersNothing } from '../http/answers.js';
import {
  addSuppressionBody,
  presentSuppression,
  searchQuery,
  suppressionsView,
  suppressionView,
} from './contacts.dto.js';
import { PhonePipe, readPhoneCursor, writePhoneCursor } from './phone-pipe.js';

@ApiTags('Suppressions')
@Controller('v1/suppressions')
export class SuppressionsController {
  constructor(
    private readonly reader: SuppressionsReader,
    private readonly addSuppression: AddSuppressionUseCase,
    private readonly liftSuppression: LiftSuppressionUseCase,
  ) {}

  @Get()
  @RequireScopes('contacts:read')
  @Answers(200, suppressionsView, 'Lists the numbers that are never sent to')
  async list(
    @CurrentPrincipal() { accountId }: Principal,
    @Query({ schema: searchQuery }) { search, cursor, limit }: z.output<typeof searchQuery>,
  ) {
    const page = await this.reader.list(accountId, { search, after: readPhoneCursor(cursor), limit });
    return { data: page.map(presentSuppression), nextCursor: writePhoneCursor(page, limit) };
  }

  @Post()
  @RequireScopes('contacts:write')
  @Answers(201, suppressionView, 'Makes sure that a number is never sent to again')
  async add(
    @CurrentPrincipal() { accountId, kind }: Principal,
    @Body({ schema: addSuppressionBody }) { phone }: z.output<typeof addSuppressionBody>,
  ) {
    const source = kind === 'api_key' ? 'api' : 'member';
    return presentSuppression(await this.addSuppression.execute({ accountId, phone, source }));
  }

  @Delete(':phone')
  @RequireScopes('contacts:write')
  @AnswersNothing('Allows a number to be sent to again')
  async lift(
    @CurrentPrincipal() { accountId }: Principal,
    @Param('phone', new PhonePipe()) phone: string,
  ): Promise<void> {
    await this.liftSuppression.execute(accountId, phone);
  }
}
