import { Module } from '@nestjs/common';
import { AccountsReader } from './accounts.reader.js';
import { ApiKeysReader } from './api-keys/api-keys.reader.js';
import { CreateApiKeyUseCase } from './api-keys/create-api-key.use-case.js';
import { RevokeApiKeyUseCase } from './api-keys/revoke-api-key.use-case.js';
import { AttemptLimiter } from './attempts/attempt-limiter.js';
import { PasswordHasher } from './members/password-hasher.js';
import { RegisterAccountUseCase } from './members/register-account.use-case.js';
import { SeedAdminUseCase } from './members/seed-admin.use-case.js';
import { PrincipalReader } from './principal.reader.js';
import { OpenSessionUseCase } from './sessions/open-session.use-case.js';
import { SignInUseCase } from './sessions/sign-in.use-case.js';
import { SignOutUseCase } from './sessions/sign-out.use-case.js';

const providers = [
  AccountsReader,
  ApiKeysReader,
  AttemptLimiter,
  CreateApiKeyUseCase,
  OpenSessionUseCase,
  PasswordHasher,
  PrincipalReader,
  RegisterAccountUseCase,
  RevokeApiKeyUseCase,
  SeedAdminUseCase,
  SignInUseCase,
  SignOutUseCase,
];

/** Accounts, members, sessions and API keys. */
@Module({ providers, exports: providers })
export class AccountsModule {}
