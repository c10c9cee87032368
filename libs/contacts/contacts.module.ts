import { Module } from '@nestjs/common';
import { SuppressNumberUseCase } from './suppressions/suppress-number.use-case.js';

const providers = [SuppressNumberUseCase];

/** Contact lists, imports and suppressions. */
@Module({ providers, exports: providers })
export class ContactsModule {}
