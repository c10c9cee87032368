import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import type { Principal } from '#accounts';
import {
  ContactsReader,
  CreateContactListUseCase,
  DeleteContactListUseCase,
  RenameContactListUseCase,
} from '#contacts';
import { CurrentPrincipal, RequireScopes } from '../access/access.js';
import { Answers, AnswersNothing } from '../http/answers.js';
import { decodeCursor, encodeCursor, pageQuery } from '../http/paging.js';
import { PublicIdPipe } from '../http/public-id-pipe.js';
import { contactListBody, contactListsView, contactListView, presentList } from './contacts.dto.js';

const listId = new PublicIdPipe('lst', 'contacts.list_not_found');
const cursorShape = z.object({ id: z.uuid() });

@ApiTags('Contact lists')
@Controller('v1/contact-lists')
export class ContactListsController {
  constructor(
    private readonly reader: ContactsReader,
    private readonly createList: CreateContactListUseCase,
    private readonly renameList: RenameContactListUseCase,
    private readonly deleteList: DeleteContactListUseCase,
  ) {}

  @Get()
  @RequireScopes('contacts:read')
  @Answers(200, contactListsView, 'Lists contact lists, newest first')
  async list(
    @CurrentPrincipal() { accountId }: Principal,
    @Query({ schema: pageQuery }) { cursor, limit }: z.output<typeof pageQuery>,
  ) {
    const before = decodeCursor(cursor, cursorShape)?.id;
    const page = await this.reader.lists(accountId, { limit, before });
    const last = page.length === limit ? page.at(-1) : undefined;
    return { data: page.map(presentList), nextCursor: last ? encodeCursor({ id: last.id }) : null };
  }

  @Post()
  @RequireScopes('contacts:write')
  @Answers(201, contactListView, 'Makes an empty contact list')
  async create(
    @CurrentPrincipal() { accountId }: Principal,
    @Body({ schema: contactListBody }) { name }: z.output<typeof contactListBody>,
  ) {
    return presentList(await this.createList.execute(accountId, name));
  }

  @Get(':id')
  @RequireScopes('contacts:read')
  @Answers(200, contactListView, 'Shows a contact list')
  async show(@CurrentPrincipal() { accountId }: Principal, @Param('id', listId) id: string) {
    return presentList(await this.reader.list(accountId, id));
  }

  @Patch(':id')
  @RequireScopes('contacts:write')
  @Answers(200, contactListView, 'Renames a contact list')
  async rename(
    @CurrentPrincipal() { accountId }: Principal,
    @Param('id', listId) id: string,
    @Body({ schema: contactListBody }) { name }: z.output<typeof contactListBody>,
  ) {
    return presentList(await this.renameList.execute({ accountId, listId: id, name }));
  }

  @Delete(':id')
  @RequireScopes('contacts:write')
  @AnswersNothing('Deletes a contact list with its contacts and imports')
  async remove(@CurrentPrincipal() { accountId }: Principal, @Param('id', listId) id: string): Promise<void> {
    await this.deleteList.execute(accountId, id);
  }
}
