import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AccountsReader, type Principal } from '#accounts';
import { DomainError } from '#domain';
import { CurrentPrincipal, UnverifiedMembers } from '../access/access.js';
import { Answers } from '../http/answers.js';
import { presentAccount, presentMember, signedInView } from './auth.dto.js';

@ApiTags('Sign-up and sign-in')
@Controller('v1/me')
export class MeController {
  constructor(private readonly accounts: AccountsReader) {}

  @UnverifiedMembers()
  @Get()
  @Answers(200, signedInView, 'Shows who is signed in')
  async show(@CurrentPrincipal() { accountId, memberId = '' }: Principal) {
    const [account, member] = await Promise.all([
      this.accounts.find(accountId),
      this.accounts.findMember(accountId, memberId),
    ]);
    if (!account || !member) throw new DomainError('auth.required');
    return { account: presentAccount(account), member: presentMember(member) };
  }
}
