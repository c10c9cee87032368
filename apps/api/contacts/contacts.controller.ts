import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import type { Principal } from '#accounts';
import { AddContactUseCase, ContactsReader, RemoveContactUseCase } from '#contacts';
import { CurrentPrincipal, RequireScopes } from '../access/access.js';
import { Answers, AnswersNothing } from '../http/answers.js';
import { PublicIdPipe } from '../http/public-id-pipe.js';
import { addContactBody, contactsView, contactView, presentContact, searchQuery } from './contacts.dto.js';
import { PhonePipe, readPhoneCursor, writePhoneCursor } from './phone-pipe.js';

const listId = new PublicIdPipe('lst', 'contacts.list_not_found');

@ApiTags('Contact lists')
@Controller('v1/contact-lists/:id/contacts')
export class ContactsController {
  constructor(
    private readonly reader: ContactsReader,
    private readonly addContact: AddContactUseCase,
    private readonly removeContact: RemoveContactUseCase,
  ) {}

  @Get()
  @RequireScopes('contacts:read')
  @Answers(200, contactsView, 'Lists the contacts of a list in the order of their numbers')
  async list(
    @CurrentPrincipal() { accountId }: Principal,
    @Param('id', listId) id: string,
    @Query({ schema: searchQuery }) { search, cursor, limit }: z.output<typeof searchQuery>,
  ) {
    await this.reader.list(accountId, id);
    const after = readPhoneCursor(cursor);
    const page = await this.reader.contacts({ accountId, listId: id, search, after, limit });
    return { data: page.map(presentContact), nextCursor: writePhoneCursor(page, limit) };
  }

  @Post()
  @RequireScopes('contacts:write')
  @Answers(201, contactView, 'Adds a contact, or gives the one with this number new variables')
  async add(
    @CurrentPrincipal() { accountId }: Principal,
    @Param('id', listId) id: string,
    @Body({ schema: addContactBody }) body: z.output<typeof addContactBody>,
  ) {
    return presentContact(await this.addContact.execute({ accountId, listId: id, ...body }));
  }

  @Delete(':phone')
  @RequireScopes('contacts:write')
  @AnswersNothing('Takes a number out of a list')
  async remove(
    @CurrentPrincipal() { accountId }: Principal,
    @Param('id', listId) id: string,
    @Param('phone', new PhonePipe()) phone: string,
  ): Promise<void> {
    await this.removeContact.execute({ accountId, listId: id, phone });
  }
}
