import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { StandardSchemaSerializerInterceptor } from '@nestjs/common';
import { AccountsModule } from '#accounts';
import { PlatformModule, type PlatformOptions } from '#platform';
import { AccessGuard } from './access/access-guard.js';
import { ApiKeysController } from './api-keys/api-keys.controller.js';
import { HealthController } from './operations/health.controller.js';
import { LandingPageController } from './operations/landing-page.controller.js';
import { Metrics } from './operations/metrics.js';

/** Everything the api serves. A feature joins with its module under `imports` and its controllers below. */
@Module({
  imports: [AccountsModule],
  controllers: [LandingPageController, HealthController, ApiKeysController],
  providers: [
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
