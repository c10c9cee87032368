import { Platform1700000000100 } from './1700000000100-platform.js';

/** All migrations, oldest first. */
export const migrations = [Platform1700000000100];
