import { Readable } from 'node:stream';
import {
  Controller,
  Get,
  Inject,
  Param,
  Query,
  Res,
  StreamableFile,
  type OnModuleDestroy,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Principal } from '#accounts';
import { CampaignReport, CampaignsReader } from '#campaigns';
import { formatId, MAX_MESSAGE_ID, MESSAGE_STATES } from '#domain';
import { MessageReader } from '#messaging';
import { LOGGER, type Logger } from '#platform';
import { CurrentPrincipal, RequireScopes } from '../access/access.js';
import { Answers, AnswersStream } from '../http/answers.js';
import { decodeCursor, encodeCursor, pageOf, pageQueryFields } from '../http/paging.js';
import { PublicIdPipe } from '../http/public-id-pipe.js';
import { messageView, presentMessage } from '../messages/messages.dto.js';
import { streamProgress } from './progress-stream.js';

const campaignId = new PublicIdPipe('cmp', 'campaigns.not_found');
const messagesQuery = z.strictObject({ ...pageQueryFields, status: z.enum(MESSAGE_STATES).optional() });
const cursorShape = z.object({
  after: z.string().refine((id) => /^\d{1,19}$/.test(id) && BigInt(id) <= MAX_MESSAGE_ID),
});

@ApiTags('Campaigns')
@RequireScopes('campaigns:read')
@Controller('v1/campaigns/:id')
export class CampaignResultsController implements OnModuleDestroy {
  readonly #stopping = new AbortController();

  constructor(
    private readonly reader: CampaignsReader,
    private readonly messages: MessageReader,
    private readonly report: CampaignReport,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Get('messages')
  @Answers(200, pageOf(messageView), 'Lists the messages of a campaign in the order of sending')
  async list(
    @CurrentPrincipal() { accountId }: Principal,
    @Param('id', campaignId) id: string,
    @Query({ schema: messagesQuery }) { limit, cursor, status }: z.output<typeof messagesQuery>,
  ) {
    await this.reader.require(accountId, id);
    const after = decodeCursor(cursor, cursorShape)?.after;
    const page = { after: after ? BigInt(after) : null, limit, state: status ?? null };
    const messages = await this.messages.listOfCampaign(accountId, id, page);
    const last = messages.length === limit ? messages.at(-1) : undefined;
    return {
      data: messages.map(presentMessage),
      nextCursor: last ? encodeCursor({ after: String(last.id) }) : null,
    };
  }

  @Get('report.csv')
  @AnswersStream('text/csv', 'Streams every message of a campaign as CSV')
  async download(@CurrentPrincipal() { accountId }: Principal, @Param('id', campaignId) id: string) {
    await this.reader.require(accountId, id);
    const stream = Readable.from(this.report.stream(accountId, id), { objectMode: false });
    const disposition = `attachment; filename="${formatId('cmp', id)}.csv"`;
    return new StreamableFile(stream, { type: 'text/csv; charset=utf-8', disposition });
  }

  @Get('events')
  @AnswersStream(
    'text/event-stream',
    'Follows a campaign by server-sent events: `progress` on every change, `end` at last',
  )
  async follow(
    @CurrentPrincipal() { accountId }: Principal,
    @Param('id', campaignId) id: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.reader.require(accountId, id);
    const read = () => this.reader.progress(accountId, id);
    await streamProgress(reply, read, this.#stopping.signal, this.logger);
  }

  /** Ends open event streams, which the server would otherwise wait for. */
  onModuleDestroy(): void {
    this.#stopping.abort();
  }
}
