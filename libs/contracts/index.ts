import { DOMAIN } from '#domain';
export const X = DOMAIN + 1;
