import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import type { Principal } from '#accounts';
import { DomainError, formatId, parseMessageId } from '#domain';
import { InboundReader, MessageReader } from '#messaging';
import { CurrentPrincipal, RequireScopes } from '../access/access.js';
import { Answers } from '../http/answers.js';
import { decodeCursor, encodeCursor, pageOf, pageQuery } from '../http/paging.js';
import { messageDetailView, presentDetail } from './messages.dto.js';

const inboundView = z
  .object({ id: z.string(), from: z.string(), to: z.string(), body: z.string(), receivedAt: z.string() })
  .meta({ id: 'InboundMessage' });
const cursorShape = z.object({ id: z.uuid() });

@ApiTags('Messages')
@RequireScopes('messages:read')
@Controller('v1')
export class MessagesController {
  constructor(
    private readonly messages: MessageReader,
    private readonly inbound: InboundReader,
  ) {}

  @Get('messages/:id')
  @Answers(200, messageDetailView, 'Shows a message with its timeline')
  async show(@CurrentPrincipal() { accountId }: Principal, @Param('id') id: string) {
    const number = parseMessageId(id);
    const message = number === null ? undefined : await this.messages.find(accountId, number);
    if (!message) throw new DomainError('resource.not_found');
    return presentDetail(message);
  }

  @Get('inbound-messages')
  @Answers(200, pageOf(inboundView), 'Lists what phones sent back, newest first')
  async listInbound(
    @CurrentPrincipal() { accountId }: Principal,
    @Query({ schema: pageQuery }) query: z.output<typeof pageQuery>,
  ) {
    const before = decodeCursor(query.cursor, cursorShape)?.id ?? null;
    const page = await this.inbound.list(accountId, { before, limit: query.limit });
    const last = page.length === query.limit ? page.at(-1) : undefined;
    const data = page.map(({ id, sender, recipient, body, receivedAt }) => ({
      id: formatId('inb', id),
      from: sender,
      to: recipient,
      body,
      receivedAt: receivedAt.toISOString(),
    }));
    return { data, nextCursor: last ? encodeCursor({ id: last.id }) : null };
  }
}
