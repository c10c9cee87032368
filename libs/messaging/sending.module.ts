import { Module, type DynamicModule } from '@nestjs/common';
import { Database, LOGGER, type Logger } from '#platform';
import { FeedBatchesUseCase } from './batches/feed-batches.use-case.js';
import { SendBatchUseCase } from './batches/send-batch.use-case.js';
import { GatewayHost, type GatewayConfiguration } from './gateways/gateway-host.js';
import { MessageListener } from './gateways/message-listener.js';
import { MessagingModule } from './messaging.module.js';

/** What a worker has beyond MessagingModule: the gateways, and the use cases that hand messages to them. */
@Module({})
export class SendingModule {
  static forRoot(gateways: readonly GatewayConfiguration[]): DynamicModule {
    const host = {
      provide: GatewayHost,
      useFactory: (database: Database, logger: Logger) => new GatewayHost(database, gateways, logger),
      inject: [Database, LOGGER],
    };
    const providers = [host, SendBatchUseCase, FeedBatchesUseCase, MessageListener];
    return {
      module: SendingModule,
      imports: [MessagingModule],
      providers,
      exports: [...providers, MessagingModule],
    };
  }
}
