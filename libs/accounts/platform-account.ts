/** The platform's own account, made by the migration: admins belong to it, and it pays for system texts. */
export const PLATFORM_ACCOUNT_ID = '00000000-0000-7000-8000-000000000001';
