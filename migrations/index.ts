import { Platform1700000000100 } from './1700000000100-platform.js';
import { Accounts1700000000150 } from './1700000000150-accounts.js';
import { Contacts1700000000180 } from './1700000000180-contacts.js';
import { Credits1700000000200 } from './1700000000200-credits.js';
import { CreditsFunctions1700000000210 } from './1700000000210-credits-functions.js';
import { Otp1700000000300 } from './1700000000300-otp.js';
import { Messaging1700000000400 } from './1700000000400-messaging.js';
import { Campaigns1700000000500 } from './1700000000500-campaigns.js';

/** All migrations, oldest first. */
export const migrations = [
  Platform1700000000100,
  Accounts1700000000150,
  Contacts1700000000180,
  Credits1700000000200,
  CreditsFunctions1700000000210,
  Otp1700000000300,
  Messaging1700000000400,
  Campaigns1700000000500,
];
