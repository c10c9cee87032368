import { Inject, Injectable } from '@nestjs/common';
import { newUuid } from '#domain';
import { Database, LOGGER, SETTINGS, type Logger, type Settings } from '#platform';
import { PLATFORM_ACCOUNT_ID } from '../platform-account.js';
import { PasswordHasher } from './password-hasher.js';

/** Makes the first admin from the settings. An address that is already a member stays as it is. */
@Injectable()
export class SeedAdminUseCase {
  constructor(
    private readonly database: Database,
    private readonly hasher: PasswordHasher,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async execute(): Promise<void> {
    const { adminEmail, adminPassword } = this.settings;
    const isThere = await this.database.inSystem((tx) =>
      tx.execute(`SELECT FROM members WHERE lower(email) = lower($1)`, [adminEmail]),
    );
    if (isThere) return;
    if (!adminPassword) {
      this.logger.warn('There is no admin yet and ADMIN_PASSWORD is not set.');
      return;
    }
    const passwordHash = await this.hasher.hash(adminPassword);
    await this.database.inSystem((tx) =>
      tx.execute(
        `INSERT INTO members (id, account_id, email, password_hash, is_admin) VALUES ($1, $2, $3, $4, true)
         ON CONFLICT DO NOTHING`,
        [newUuid(), PLATFORM_ACCOUNT_ID, adminEmail, passwordHash],
      ),
    );
  }
}
