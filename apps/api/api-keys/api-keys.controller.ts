import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiKeysReader, CreateApiKeyUseCase, RevokeApiKeyUseCase, type Principal } from '#accounts';
import { CurrentPrincipal, MembersOnly } from '../access/access.js';
import { Answers, AnswersNothing } from '../http/answers.js';
import { PublicIdPipe } from '../http/public-id-pipe.js';
import {
  apiKeysView,
  createApiKeyBody,
  createdApiKeyView,
  presentApiKey,
  type CreateApiKeyBody,
} from './api-keys.dto.js';

@ApiTags('API keys')
@MembersOnly()
@Controller('v1/api-keys')
export class ApiKeysController {
  constructor(
    private readonly reader: ApiKeysReader,
    private readonly createApiKey: CreateApiKeyUseCase,
    private readonly revokeApiKey: RevokeApiKeyUseCase,
  ) {}

  @Get()
  @Answers(200, apiKeysView, 'Lists API keys, usable ones first')
  async list(@CurrentPrincipal() { accountId }: Principal) {
    const keys = await this.reader.list(accountId);
    return { data: keys.map(presentApiKey), nextCursor: null };
  }

  @Post()
  @Answers(201, createdApiKeyView, 'Makes an API key and shows it this once')
  async create(
    @CurrentPrincipal() { accountId }: Principal,
    @Body({ schema: createApiKeyBody }) { expiresAt, ...body }: CreateApiKeyBody,
  ) {
    const expiry = expiresAt ? new Date(expiresAt) : null;
    const { apiKey, key } = await this.createApiKey.execute({ accountId, ...body, expiresAt: expiry });
    return { ...presentApiKey(apiKey), key };
  }

  @Delete(':id')
  @AnswersNothing('Ends an API key at once and for good')
  async revoke(
    @CurrentPrincipal() { accountId }: Principal,
    @Param('id', new PublicIdPipe('key')) id: string,
  ): Promise<void> {
    await this.revokeApiKey.execute(accountId, id);
  }
}
