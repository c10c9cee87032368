import { AccountsReader } from '#accounts';
import { newUuid } from '#domain';
import { createTestDatabase, type TestDatabase } from '#testing';
import {
  AddContactUseCase,
  AddSuppressionUseCase,
  ContactsReader,
  CreateContactListUseCase,
  RemoveContactUseCase,
  RenameContactListUseCase,
  SuppressNumberUseCase,
  SuppressionsReader,
  TypedNumbers,
} from '../index.js';

describe('a contact list', () => {
  let test: TestDatabase;
  let reader: ContactsReader;
  let numbers: TypedNumbers;
  let add: AddContactUseCase;
  const accountId = newUuid();

  beforeAll(async () => {
    test = await createTestDatabase();
    reader = new ContactsReader(test.database);
    numbers = new TypedNumbers(new AccountsReader(test.database));
    add = new AddContactUseCase(test.database, numbers);
    await test.database.inSystem((tx) =>
      tx.query(`INSERT INTO accounts (id, name, default_country) VALUES ($1, 'Lantern', 'TW')`, [accountId]),
    );
  });
  afterAll(() => test.drop());

  const createList = async () =>
    (await new CreateContactListUseCase(test.database).execute(accountId, 'Customers')).id;
  const addNumber = (listId: string, phone: string, variables = {}) =>
    add.execute({ accountId, listId, phone, variables });
  const phonesOf = async (listId: string, search: string) =>
    (await reader.contacts({ accountId, listId, search, limit: 10 })).map(({ phone }) => phone);

  it('counts a number once, and gives it the new variables when it comes again', async () => {
    const listId = await createList();
    await addNumber(listId, '0912-345-678', { name: 'Amy' });
    await addNumber(listId, '+886912345678', { name: 'Bob' });
    expect(await reader.list(accountId, listId)).toMatchObject({ contactCount: 1, variableNames: ['name'] });
    expect(await reader.contacts({ accountId, listId, search: '', limit: 10 })).toMatchObject([
      { phone: '+886912345678', variables: { name: 'Bob' } },
    ]);
  });

  it('counts right when many add and remove at once', async () => {
    const listId = await createList();
    await addNumber(listId, '0911111111');
    const remove = new RemoveContactUseCase(test.database);
    const adding = Array.from({ length: 20 }, (_, index) => addNumber(listId, `09${12345670 + index}`));
    await Promise.all([...adding, remove.execute({ accountId, listId, phone: '+886911111111' })]);
    expect((await reader.list(accountId, listId)).contactCount).toBe(20);
  });

  it('finds numbers by their beginning, written in any way', async () => {
    const listId = await createList();
    await addNumber(listId, '0912345678');
    await addNumber(listId, '0913345678');
    await addNumber(listId, '+819012345678');
    expect(await phonesOf(listId, '+886912')).toEqual(['+886912345678']);
    expect(await phonesOf(listId, '886 91')).toEqual(['+886912345678', '+886913345678']);
    expect(await phonesOf(listId, '８１-90')).toEqual(['+819012345678']);
    expect(await phonesOf(listId, "'; --")).toEqual([]);
    expect(await phonesOf(listId, '')).toHaveLength(3);
  });

  it.each([
    ['02-2345-6789', 'number.landline'],
    ['', 'number.empty'],
    ['0955555555', 'suppressed'],
  ])('refuses %j and says why', async (phone, code) => {
    const listId = await createList();
    await test.database.inAccount(accountId, (tx) =>
      new SuppressNumberUseCase().execute(tx, { accountId, phone: '+886955555555', source: 'api' }),
    );
    await expect(addNumber(listId, phone)).rejects.toMatchObject({ fields: [{ field: 'phone', code }] });
    expect((await reader.list(accountId, listId)).contactCount).toBe(0);
  });

  it('can be renamed, and is not found under an id of nothing', async () => {
    const rename = new RenameContactListUseCase(test.database);
    const listId = await createList();
    expect(await rename.execute({ accountId, listId, name: 'Friends' })).toMatchObject({ name: 'Friends' });
    const notFound = { code: 'contacts.list_not_found' };
    await expect(rename.execute({ accountId, listId: newUuid(), name: 'x' })).rejects.toMatchObject(notFound);
    await expect(addNumber(newUuid(), '0912345678')).rejects.toMatchObject(notFound);
  });

  it('pages from the newest list to the oldest', async () => {
    const made = [await createList(), await createList(), await createList()].reverse();
    const first = await reader.lists(accountId, { limit: 2 });
    const second = await reader.lists(accountId, { limit: 1, before: first[1]?.id });
    expect([...first, ...second].map(({ id }) => id)).toEqual(made);
  });

  it('keeps the first source of a suppression', async () => {
    const suppress = new AddSuppressionUseCase(test.database, numbers, new SuppressNumberUseCase());
    await suppress.execute({ accountId, phone: '0966-666-666', source: 'reply' });
    expect(await suppress.execute({ accountId, phone: '+886966666666', source: 'member' })).toMatchObject({
      phone: '+886966666666',
      source: 'reply',
    });
    const suppressions = new SuppressionsReader(test.database);
    const page = { search: '88696', limit: 10 };
    expect(await suppressions.list(accountId, page)).toMatchObject([{ phone: '+886966666666' }]);
    expect(await suppressions.list(accountId, { ...page, after: '+886966666666' })).toEqual([]);
  });
});
