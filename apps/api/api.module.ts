import { Module, StandardSchemaSerializerInterceptor, type DynamicModule } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { AccountsModule } from '#accounts';
import { DiskStorage } from '#adapters';
import { CampaignsModule } from '#campaigns';
import { ImportsModule } from '#contacts';
import { CreditsModule } from '#credits';
import { MessagingModule } from '#messaging';
import { OnboardingModule } from '#onboarding';
import { PlatformModule, type PlatformOptions } from '#platform';
import { AccessGuard } from './access/access-guard.js';
import { AddCreditsUseCase } from './admin/add-credits.use-case.js';
import { AdminAccountsController } from './admin/admin-accounts.controller.js';
import { AdminHealthController } from './admin/admin-health.controller.js';
import { ApiKeysController } from './api-keys/api-keys.controller.js';
import { CampaignControlController } from './campaigns/campaign-control.controller.js';
import { CampaignLaunchController } from './campaigns/campaign-launch.controller.js';
import { CampaignResultsController } from './campaigns/campaign-results.controller.js';
import { CampaignsController } from './campaigns/campaigns.controller.js';
import { ContactListsController } from './contacts/contact-lists.controller.js';
import { ContactsController } from './contacts/contacts.controller.js';
import { ImportsController } from './contacts/imports.controller.js';
import { SuppressionsController } from './contacts/suppressions.controller.js';
import { CreditsController } from './credits/credits.controller.js';
import { MessagesController } from './messages/messages.controller.js';
import { HealthController } from './operations/health.controller.js';
import { LandingPageController } from './operations/landing-page.controller.js';
import { Metrics } from './operations/metrics.js';
import { AuthController } from './sign-up/auth.controller.js';
import { MeController } from './sign-up/me.controller.js';

/** Everything the api serves. A feature joins with its module under `imports` and its controllers below. */
@Module({
  imports: [
    AccountsModule,
    CampaignsModule,
    CreditsModule,
    // The worker opens the same folder: DATA_DIR must be shared.
    ImportsModule.forRoot(({ dataDir }) => new DiskStorage(dataDir)),
    MessagingModule,
    OnboardingModule,
  ],
  controllers: [
    LandingPageController,
    HealthController,
    AuthController,
    MeController,
    ApiKeysController,
    CreditsController,
    ContactListsController,
    ContactsController,
    ImportsController,
    SuppressionsController,
    CampaignsController,
    CampaignLaunchController,
    CampaignControlController,
    CampaignResultsController,
    MessagesController,
    AdminAccountsController,
    AdminHealthController,
  ],
  providers: [
    AddCreditsUseCase,
    Metrics,
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_INTERCEPTOR, useClass: StandardSchemaSerializerInterceptor },
  ],
})
export class ApiModule {
  static forRoot(platform: PlatformOptions): DynamicModule {
    return { module: ApiModule, imports: [PlatformModule.forRoot(platform)] };
  }
}
