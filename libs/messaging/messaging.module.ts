import { Module } from '@nestjs/common';
import { ContactsModule } from '#contacts';
import { CreditsModule } from '#credits';
import { BatchRepository } from './batches/batch.repository.js';
import { ControlBatchesUseCase } from './batches/control-batches.use-case.js';
import { RecordOutcomesUseCase } from './batches/record-outcomes.use-case.js';
import { RecoverBatchesUseCase } from './batches/recover-batches.use-case.js';
import { MessageChargesCheck } from './checks/message-charges.check.js';
import { InboundReader } from './inbound/inbound.reader.js';
import { StoreInboundUseCase } from './inbound/store-inbound.use-case.js';
import { MessageReader } from './message.reader.js';
import { ApplyReceiptsUseCase } from './receipts/apply-receipts.use-case.js';
import { MatchInboxUseCase } from './receipts/match-inbox.use-case.js';
import { SubmitMessageUseCase } from './singles/submit-message.use-case.js';

const useCases = [
  ApplyReceiptsUseCase,
  BatchRepository,
  ControlBatchesUseCase,
  InboundReader,
  MatchInboxUseCase,
  MessageChargesCheck,
  MessageReader,
  RecordOutcomesUseCase,
  RecoverBatchesUseCase,
  StoreInboundUseCase,
  SubmitMessageUseCase,
];

/** Messages on their way; the sending itself needs gateways and lives in SendingModule. */
@Module({ imports: [CreditsModule, ContactsModule], providers: useCases, exports: useCases })
export class MessagingModule {}
