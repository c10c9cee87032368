import { Module } from '@nestjs/common';
import { AccountsModule } from '#accounts';
import { AddContactUseCase } from './lists/add-contact.use-case.js';
import { ContactsReader } from './lists/contacts.reader.js';
import { CreateContactListUseCase } from './lists/create-contact-list.use-case.js';
import { RemoveContactUseCase } from './lists/remove-contact.use-case.js';
import { RenameContactListUseCase } from './lists/rename-contact-list.use-case.js';
import { RecipientsReader } from './recipients/recipients.reader.js';
import { AddSuppressionUseCase } from './suppressions/add-suppression.use-case.js';
import { LiftSuppressionUseCase } from './suppressions/lift-suppression.use-case.js';
import { SuppressNumberUseCase } from './suppressions/suppress-number.use-case.js';
import { SuppressionsReader } from './suppressions/suppressions.reader.js';
import { TypedNumbers } from './typed-numbers.js';

const providers = [
  AddContactUseCase,
  AddSuppressionUseCase,
  ContactsReader,
  CreateContactListUseCase,
  LiftSuppressionUseCase,
  RecipientsReader,
  RemoveContactUseCase,
  RenameContactListUseCase,
  SuppressNumberUseCase,
  SuppressionsReader,
  TypedNumbers,
];

/** Contact lists, suppressions, and who a broadcast reaches. What needs files lives in ImportsModule. */
@Module({ imports: [AccountsModule], providers, exports: providers })
export class ContactsModule {}
