import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AccountsReader, type Principal } from '#accounts';
import { AdminOnly, CurrentPrincipal } from '../access/access.js';
import { Answers } from '../http/answers.js';
import { IdempotencyKey, NeedsIdempotencyKey, sendIdempotent } from '../http/idempotency.js';
import { decodeCursor, encodeCursor } from '../http/paging.js';
import { PublicIdPipe } from '../http/public-id-pipe.js';
import { AddCreditsUseCase } from './add-credits.use-case.js';
import {
  accountCursor,
  accountsQuery,
  accountsView,
  addCreditsBody,
  addedCreditsView,
  presentListedAccount,
  type AccountsQuery,
  type AddCreditsBody,
} from './admin.dto.js';

@ApiTags('Admin')
@AdminOnly()
@Controller('v1/admin/accounts')
export class AdminAccountsController {
  constructor(
    private readonly accounts: AccountsReader,
    private readonly addCredits: AddCreditsUseCase,
  ) {}

  @Get()
  @Answers(200, accountsView, 'Searches accounts, newest first')
  async search(@Query({ schema: accountsQuery }) { search, limit, cursor }: AccountsQuery) {
    const before = decodeCursor(cursor, accountCursor);
    const rows = await this.accounts.search({ search, limit: limit + 1, ...(before ? { before } : {}) });
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    const nextCursor = last ? encodeCursor({ createdAt: last.createdAtExact, id: last.id }) : null;
    return { data: page.map(presentListedAccount), nextCursor };
  }

  @Post(':id/credits')
  @NeedsIdempotencyKey()
  @Answers(201, addedCreditsView, 'Grants, tops up or adjusts points')
  async add(
    @CurrentPrincipal() { memberId = '' }: Principal,
    @Param('id', new PublicIdPipe('acc')) accountId: string,
    @Body({ schema: addCreditsBody }) body: AddCreditsBody,
    @IdempotencyKey() idempotencyKey: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const input = { accountId, adminId: memberId, idempotencyKey, ...body };
    return sendIdempotent(reply, await this.addCredits.execute(input));
  }
}
