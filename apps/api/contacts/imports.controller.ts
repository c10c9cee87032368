import { Controller, Get, Inject, Param, Post, Query, Req, StreamableFile } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Principal } from '#accounts';
import { CancelImportUseCase, ContactsReader, ImportsReader, StartImportUseCase, STORAGE } from '#contacts';
import { formatId, type FileStorage } from '#domain';
import { CurrentPrincipal, RequireScopes } from '../access/access.js';
import { Answers, AnswersStream } from '../http/answers.js';
import { decodeCursor, encodeCursor, pageQuery } from '../http/paging.js';
import { PublicIdPipe } from '../http/public-id-pipe.js';
import { importFormSchema, importsView, importView, presentImport } from './imports.dto.js';
import { receiveUpload } from './receive-upload.js';

const listId = new PublicIdPipe('lst', 'contacts.list_not_found');
const importId = new PublicIdPipe('imp');
const cursorShape = z.object({ id: z.uuid() });

@ApiTags('Imports')
@Controller('v1')
export class ImportsController {
  constructor(
    private readonly contacts: ContactsReader,
    private readonly reader: ImportsReader,
    private readonly startImport: StartImportUseCase,
    private readonly cancelImport: CancelImportUseCase,
    @Inject(STORAGE) private readonly storage: FileStorage,
  ) {}

  @Post('contact-lists/:id/imports')
  @RequireScopes('contacts:write')
  @ApiConsumes('multipart/form-data')
  @ApiBody({ schema: importFormSchema })
  @Answers(202, importView, 'Takes a file of contacts and imports it in the background')
  async start(
    @CurrentPrincipal() { accountId }: Principal,
    @Param('id', listId) id: string,
    @Req() request: FastifyRequest,
  ) {
    // Before 200 MB travel for nothing.
    await this.contacts.list(accountId, id);
    const { mapping, defaultCountry, ...file } = await receiveUpload(request, this.storage);
    const input = { accountId, listId: id, ...file, mapping, defaultCountry };
    return presentImport(await this.startImport.execute(input));
  }

  @Get('contact-lists/:id/imports')
  @RequireScopes('contacts:read')
  @Answers(200, importsView, 'Lists the imports into a list, newest first')
  async list(
    @CurrentPrincipal() { accountId }: Principal,
    @Param('id', listId) id: string,
    @Query({ schema: pageQuery }) { cursor, limit }: z.output<typeof pageQuery>,
  ) {
    await this.contacts.list(accountId, id);
    const before = decodeCursor(cursor, cursorShape)?.id;
    const page = await this.reader.list(accountId, id, { limit, before });
    const last = page.length === limit ? page.at(-1) : undefined;
    return { data: page.map(presentImport), nextCursor: last ? encodeCursor({ id: last.id }) : null };
  }

  @Get('imports/:id')
  @RequireScopes('contacts:read')
  @Answers(200, importView, 'Shows how far an import is, and its counts')
  async show(@CurrentPrincipal() { accountId }: Principal, @Param('id', importId) id: string) {
    return presentImport(await this.reader.get(accountId, id));
  }

  @Post('imports/:id/cancel')
  @RequireScopes('contacts:write')
  @Answers(200, importView, 'Cancels an import that is not done; nothing of it reaches the list')
  async cancel(@CurrentPrincipal() { accountId }: Principal, @Param('id', importId) id: string) {
    return presentImport(await this.cancelImport.execute(accountId, id));
  }

  @Get('imports/:id/rejected.csv')
  @RequireScopes('contacts:read')
  @AnswersStream('text/csv', 'The rows that were not imported, with reasons, to repair and upload again')
  async download(@CurrentPrincipal() { accountId }: Principal, @Param('id', importId) id: string) {
    const { content } = await this.reader.openRejectedRows(accountId, id);
    const disposition = `attachment; filename="${formatId('imp', id)}-rejected.csv"`;
    return new StreamableFile(content, { type: 'text/csv; charset=utf-8', disposition });
  }
}
