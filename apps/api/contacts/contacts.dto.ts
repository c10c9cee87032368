import { z } from 'zod';
import type { Contact, ContactList, Suppression } from '#contacts';
import { MAX_LIST_NAME_LENGTH } from '#contacts';
import { formatId, MAX_VALUE_LENGTH, MAX_VARIABLE_NAME_LENGTH } from '#domain';
import { pageOf, pageQueryFields } from '../http/paging.js';

const MAX_SEARCH_LENGTH = 32;
const MAX_TYPED_PHONE_LENGTH = 64;
const MAX_VARIABLES = 200;

/** A NUL and half a surrogate pair are no text, and PostgreSQL takes neither. */
const isText = (text: string) => !/[\0\p{Surrogate}]/u.test(text);
const text = (maxLength: number) =>
  z.string().max(maxLength).refine(isText, { error: 'A character in this text is none.' });

const phone = text(MAX_TYPED_PHONE_LENGTH).meta({ example: '0912-345-678' });

export const contactListBody = z
  .strictObject({ name: text(MAX_LIST_NAME_LENGTH).trim().min(1) })
  .meta({ id: 'ContactListName' });

export const contactListView = z
  .object({
    id: z.string().meta({ example: 'lst_01k2m8z5t3e8s9r4q7w6x5y4z3' }),
    name: z.string(),
    contactCount: z.int(),
    variableNames: z.array(z.string()).meta({ description: 'What a template over this list may use' }),
    createdAt: z.string(),
  })
  .meta({ id: 'ContactList' });
export const contactListsView = pageOf(contactListView);

export function presentList(list: ContactList): z.input<typeof contactListView> {
  const { id, name, contactCount, variableNames, createdAt } = list;
  return { id: formatId('lst', id), name, contactCount, variableNames, createdAt: createdAt.toISOString() };
}

export const searchQuery = z.strictObject({
  ...pageQueryFields,
  search: text(MAX_SEARCH_LENGTH).default('').meta({ description: 'Beginning of a number, such as +886912' }),
});

export const addContactBody = z
  .strictObject({
    phone,
    variables: z
      .record(text(MAX_VARIABLE_NAME_LENGTH).min(1), text(MAX_VALUE_LENGTH))
      .refine((variables) => Object.keys(variables).length <= MAX_VARIABLES, {
        error: `At most ${MAX_VARIABLES} variables`,
      })
      .default({}),
  })
  .meta({ id: 'AddContact' });

export const contactView = z
  .object({
    phone: z.string().meta({ example: '+886912345678' }),
    country: z.string().meta({ example: 'TW' }),
    variables: z.record(z.string(), z.string()),
    createdAt: z.string(),
  })
  .meta({ id: 'Contact' });
export const contactsView = pageOf(contactView);

export const presentContact = ({ createdAt, ...contact }: Contact): z.input<typeof contactView> => ({
  ...contact,
  createdAt: createdAt.toISOString(),
});

export const addSuppressionBody = z.strictObject({ phone }).meta({ id: 'AddSuppression' });

export const suppressionView = z
  .object({
    phone: z.string().meta({ example: '+886912345678' }),
    source: z.enum(['reply', 'import', 'api', 'member']),
    createdAt: z.string(),
  })
  .meta({ id: 'Suppression' });
export const suppressionsView = pageOf(suppressionView);

export const presentSuppression = (suppression: Suppression): z.input<typeof suppressionView> => ({
  ...suppression,
  createdAt: suppression.createdAt.toISOString(),
});
