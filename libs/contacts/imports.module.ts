import { Module, type DynamicModule } from '@nestjs/common';
import type { FileStorage } from '#domain';
import { SETTINGS, type Settings } from '#platform';
import { ContactsModule } from './contacts.module.js';
import { CancelImportUseCase } from './imports/cancel-import.use-case.js';
import { ImportRunsRepository } from './imports/import-runs.repository.js';
import { ImportsReader } from './imports/imports.reader.js';
import { RemoveSpentUploadsUseCase } from './imports/remove-spent-uploads.use-case.js';
import { RequeueImportsUseCase } from './imports/requeue-imports.use-case.js';
import { RunImportUseCase } from './imports/run-import.use-case.js';
import { StagingRepository } from './imports/staging.repository.js';
import { StartImportUseCase } from './imports/start-import.use-case.js';
import { DeleteContactListUseCase } from './lists/delete-contact-list.use-case.js';
import { STORAGE } from './storage.js';

/** What of contacts needs a storage for files: imports, and the deletion of lists with their imports. */
@Module({})
export class ImportsModule {
  /** @param openStorage makes the storage; api and workers must share what lies behind it */
  static forRoot(openStorage: (settings: Settings) => FileStorage): DynamicModule {
    const storage = { provide: STORAGE, useFactory: openStorage, inject: [SETTINGS] };
    const providers = [
      storage,
      CancelImportUseCase,
      DeleteContactListUseCase,
      ImportRunsRepository,
      ImportsReader,
      RemoveSpentUploadsUseCase,
      RequeueImportsUseCase,
      RunImportUseCase,
      StagingRepository,
      StartImportUseCase,
    ];
    return {
      module: ImportsModule,
      imports: [ContactsModule],
      providers,
      exports: [...providers, ContactsModule],
    };
  }
}
