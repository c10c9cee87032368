import fc from 'fast-check';
import { AccountsReader } from '#accounts';
import { newUuid } from '#domain';
import { createTestDatabase, type TestDatabase } from '#testing';
import {
  AddContactUseCase,
  ContactsReader,
  CreateContactListUseCase,
  LiftSuppressionUseCase,
  RecipientsReader,
  RemoveContactUseCase,
  SuppressNumberUseCase,
  TypedNumbers,
  type Recipient,
} from '../index.js';

const COUNTRIES = ['TW', 'JP', 'US'];
const phoneOf = (number: number) => `+8869${String(number).padStart(8, '0')}`;
const countryOfNumber = (number: number) => COUNTRIES[number % COUNTRIES.length] ?? 'TW';

describe('the recipients of a broadcast', () => {
  let test: TestDatabase;
  let accountId: string;
  const recipients = new RecipientsReader();
  const suppress = new SuppressNumberUseCase();

  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.drop());
  beforeEach(async () => {
    accountId = await openAccount();
  });

  async function openAccount(): Promise<string> {
    const id = newUuid();
    await test.database.inSystem((tx) =>
      tx.query(`INSERT INTO accounts (id, name, default_country) VALUES ($1, 'Lantern', 'TW')`, [id]),
    );
    return id;
  }

  async function createList(numbers: readonly number[] = []): Promise<string> {
    const { id } = await new CreateContactListUseCase(test.database).execute(accountId, 'Customers');
    await test.database.inAccount(accountId, (tx) =>
      tx.query(
        `INSERT INTO contacts (list_id, account_id, phone, country, variables)
         SELECT $1::uuid, $2, phone, country, jsonb_build_object('list', $1::uuid)
         FROM unnest($3::text[], $4::text[]) AS given (phone, country)`,
        [id, accountId, numbers.map(phoneOf), numbers.map(countryOfNumber)],
      ),
    );
    return id;
  }

  const createAdder = () =>
    new AddContactUseCase(test.database, new TypedNumbers(new AccountsReader(test.database)));

  const suppressNumber = (phone: string) =>
    test.database.inAccount(accountId, (tx) => suppress.execute(tx, { accountId, phone, source: 'member' }));

  async function readPages(listIds: string[], limit: number): Promise<Recipient[]> {
    const all: Recipient[] = [];
    for (;;) {
      const after = all.at(-1)?.phone ?? null;
      const page = await test.database.inAccount(accountId, (tx) =>
        recipients.page(tx, { accountId, listIds, after, limit }),
      );
      all.push(...page);
      if (page.length < limit) return all;
    }
  }

  const revisionOf = (listIds: string[]) =>
    test.database.inAccount(accountId, (tx) => recipients.revision(tx, accountId, listIds));

  it('are each number once, of the first list that has it, and never a suppressed one', async () => {
    const numbers = fc.uniqueArray(fc.nat(30), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(numbers, { minLength: 1, maxLength: 4 }),
        fc.uniqueArray(fc.nat(30), { maxLength: 8 }),
        fc.integer({ min: 1, max: 7 }),
        async (lists, blocked, limit) => {
          accountId = await openAccount();
          const listIds: string[] = [];
          for (const list of lists) listIds.push(await createList(list));
          for (const number of blocked) await suppressNumber(phoneOf(number));

          const distinct = [...new Set(lists.flat())].sort((a, b) => a - b);
          const kept = distinct.filter((number) => !blocked.includes(number));
          const expected = kept.map((number) => ({
            phone: phoneOf(number),
            country: countryOfNumber(number),
            variables: { list: listIds[lists.findIndex((list) => list.includes(number))] },
          }));
          expect(await readPages(listIds, limit)).toEqual(expected);

          const tx = { accountId, listIds };
          const counts = await test.database.inAccount(accountId, (one) =>
            recipients.count(one, tx.accountId, tx.listIds),
          );
          expect(counts).toEqual({
            kept: kept.length,
            suppressed: distinct.length - kept.length,
            duplicates: lists.flat().length - distinct.length,
          });
          const byCountry = await test.database.inAccount(accountId, (one) =>
            recipients.countByCountry(one, tx.accountId, tx.listIds),
          );
          expect(new Map(byCountry.map((row) => [row.country, row.recipients]))).toEqual(
            countCountries(kept),
          );
        },
      ),
      { numRuns: 30 },
    );
  });

  it('have another revision after every change that could matter', async () => {
    const listId = await createList([1]);
    const seen = [await revisionOf([listId])];
    const add = createAdder();
    const contact = { accountId, listId, phone: '0912345678' };
    const changes = [
      () => add.execute({ ...contact, variables: {} }),
      () => add.execute({ ...contact, variables: { name: 'Amy' } }),
      () => suppressNumber('+886923456789'),
      () => new LiftSuppressionUseCase(test.database).execute(accountId, '+886923456789'),
      () => new RemoveContactUseCase(test.database).execute({ accountId, listId, phone: '+886912345678' }),
    ];
    for (const change of changes) {
      await change();
      seen.push(await revisionOf([listId]));
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(await revisionOf([listId])).toBe(seen.at(-1));
  });

  it('keep their revision when a number is suppressed twice', async () => {
    const listId = await createList([1]);
    expect(await suppressNumber('+886923456789')).toBe(true);
    const before = await revisionOf([listId]);
    expect(await suppressNumber('+886923456789')).toBe(false);
    expect(await suppressNumber('Bank')).toBe(false);
    expect(await revisionOf([listId])).toBe(before);
  });

  it('of another account are out of reach', async () => {
    const listId = await createList([1, 2, 3]);
    const stranger = await openAccount();
    const page = await test.database.inAccount(stranger, (tx) =>
      recipients.page(tx, { accountId, listIds: [listId], after: null, limit: 10 }),
    );
    expect(page).toEqual([]);
    const contacts = new ContactsReader(test.database);
    await expect(contacts.list(stranger, listId)).rejects.toMatchObject({ code: 'contacts.list_not_found' });
    await expect(
      test.database.inAccount(stranger, (tx) => contacts.requireLists(tx, [listId])),
    ).rejects.toMatchObject({ fields: [{ field: 'listIds[0]' }] });
  });

  it('may use the variables of all lists, in the order of the lists', async () => {
    const [first, second] = [await createList(), await createList()];
    const add = createAdder();
    const contact = { accountId, phone: '0912345678' };
    await add.execute({ ...contact, listId: first, variables: { name: 'Amy', city: 'Tainan' } });
    await add.execute({ ...contact, listId: second, variables: { points: '5', name: 'Amy' } });
    const names = await test.database.inAccount(accountId, (tx) =>
      recipients.variableNames(tx, [second, first]),
    );
    expect(names).toEqual(['points', 'name', 'city']);
  });

  it('leave the planner as they found it', async () => {
    const listId = await createList([1]);
    const setting = await test.database.inAccount(accountId, async (tx) => {
      await recipients.page(tx, { accountId, listIds: [listId], after: null, limit: 1 });
      return tx.query(`SELECT current_setting('enable_seqscan') AS seqscan`);
    });
    expect(setting).toEqual([{ seqscan: 'on' }]);
  });
});

function countCountries(numbers: readonly number[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const number of numbers) {
    const country = countryOfNumber(number);
    counts.set(country, (counts.get(country) ?? 0) + 1);
  }
  return counts;
}
