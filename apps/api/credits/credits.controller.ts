import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import type { Principal } from '#accounts';
import { CreditsReader } from '#credits';
import { Database } from '#platform';
import { CurrentPrincipal, RequireScopes } from '../access/access.js';
import { Answers } from '../http/answers.js';
import { pageQuery } from '../http/paging.js';
import { balanceView, entriesView, presentBalance, presentEntry } from './credits.dto.js';

@ApiTags('Credits')
@RequireScopes('credits:read')
@Controller('v1/credits')
export class CreditsController {
  constructor(
    private readonly database: Database,
    private readonly credits: CreditsReader,
  ) {}

  @Get()
  @Answers(200, balanceView, 'Shows the balance')
  async balance(@CurrentPrincipal() { accountId }: Principal) {
    return presentBalance(
      await this.database.inAccount(accountId, (tx) => this.credits.balance(tx, accountId)),
    );
  }

  @Get('entries')
  @Answers(200, entriesView, 'Lists what moved, newest first')
  async entries(
    @CurrentPrincipal() { accountId }: Principal,
    @Query({ schema: pageQuery }) { limit, cursor }: z.output<typeof pageQuery>,
  ) {
    const page = cursor === undefined ? { limit } : { limit, cursor };
    const { entries, nextCursor } = await this.database.inAccount(accountId, (tx) =>
      this.credits.entries(tx, accountId, page),
    );
    return { data: entries.map(presentEntry), nextCursor };
  }
}
