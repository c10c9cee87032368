// Longer than other specs: one database, one storage and one set of helpers serve every way an import can end.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { AccountsReader } from '#accounts';
import { DiskStorage } from '#adapters';
import { newUuid, normalizePhoneNumber, type FileStorage } from '#domain';
import { createLogger, Outbox, type Database } from '#platform';
import { createTestDatabase, waitFor, type TestDatabase } from '#testing';
import {
  CancelImportUseCase,
  ContactsReader,
  CreateContactListUseCase,
  DeleteContactListUseCase,
  ImportRunsRepository,
  ImportsReader,
  RemoveSpentUploadsUseCase,
  RequeueImportsUseCase,
  RunImportUseCase,
  StagingRepository,
  StartImportUseCase,
  SuppressNumberUseCase,
  TypedNumbers,
  type ColumnMapping,
  type Import,
} from '../index.js';

const MAX_BYTES = 100 * 1024 * 1024;
const LOGGER = createLogger('tests', 'silent');
const NEVER = new AbortController().signal;

/** A storage whose reader waits until the test lets it go on, to look at an import in the middle. */
class GatedStorage implements FileStorage {
  #open: () => void = () => undefined;
  #gate: Promise<void> = Promise.resolve();
  waiting = 0;

  constructor(private readonly inner: FileStorage) {}

  close(): void {
    this.#gate = new Promise((resolve) => (this.#open = resolve));
  }
  release(): void {
    this.#open();
    this.#gate = Promise.resolve();
  }
  put(content: Readable, maxBytes: number) {
    return this.inner.put(content, maxBytes);
  }
  open(key: string) {
    return this.inner.open(key);
  }
  delete(key: string) {
    return this.inner.delete(key);
  }
  removeLeftovers() {
    return this.inner.removeLeftovers();
  }
  async useLocalFile<T>(key: string, work: (path: string) => Promise<T>): Promise<T> {
    return this.inner.useLocalFile(key, async (path) => {
      this.waiting++;
      await this.#gate;
      this.waiting--;
      return work(path);
    });
  }
}

/** One account with everything that imports need. */
class ImportDesk {
  readonly accountId = newUuid();
  readonly outbox = new Outbox();
  readonly storage: GatedStorage;
  readonly runs: ImportRunsRepository;
  readonly staging: StagingRepository;
  readonly reader: ImportsReader;
  readonly contacts: ContactsReader;
  readonly suppress = new SuppressNumberUseCase();

  constructor(
    readonly database: Database,
    readonly folder: string,
  ) {
    this.storage = new GatedStorage(new DiskStorage(folder));
    this.runs = new ImportRunsRepository(database, this.outbox);
    this.staging = new StagingRepository(database);
    this.reader = new ImportsReader(database, this.storage);
    this.contacts = new ContactsReader(database);
  }

  async open(): Promise<void> {
    await this.database.inSystem((tx) =>
      tx.query(`INSERT INTO accounts (id, name, default_country) VALUES ($1, 'Lantern', 'TW')`, [
        this.accountId,
      ]),
    );
  }

  async createList(): Promise<string> {
    return (await new CreateContactListUseCase(this.database).execute(this.accountId, 'Customers')).id;
  }

  async upload(listId: string, content: string | Buffer, mapping?: ColumnMapping): Promise<Import> {
    const { key } = await this.storage.put(Readable.from([Buffer.from(content)]), MAX_BYTES);
    const { accountId, database, outbox } = this;
    const numbers = new TypedNumbers(new AccountsReader(database));
    const start = new StartImportUseCase(database, outbox, numbers, this.storage);
    const input = { accountId, listId, fileName: 'list.csv', storageKey: key, mapping };
    return start.execute({ ...input, defaultCountry: undefined });
  }

  /** A worker of its own, as another process would have. */
  createRunner(): RunImportUseCase {
    const spent = new RemoveSpentUploadsUseCase(this.database, this.storage);
    return new RunImportUseCase(this.runs, this.staging, spent, this.storage, LOGGER);
  }

  async import(listId: string, content: string | Buffer, mapping?: ColumnMapping): Promise<Import> {
    const { id } = await this.upload(listId, content, mapping);
    await this.createRunner().execute(id, NEVER);
    return this.get(id);
  }

  get(id: string): Promise<Import> {
    return this.reader.get(this.accountId, id);
  }

  async cancel(id: string): Promise<Import> {
    return new CancelImportUseCase(this.database).execute(this.accountId, id);
  }

  async requeue(): Promise<number> {
    const spent = new RemoveSpentUploadsUseCase(this.database, this.storage);
    return new RequeueImportsUseCase(this.database, this.outbox, this.staging, spent, this.storage).execute();
  }

  async phonesOf(listId: string): Promise<string[]> {
    const { accountId } = this;
    const found = await this.contacts.contacts({ accountId, listId, search: '', limit: 100_000 });
    return found.map(({ phone }) => phone);
  }

  async rejectedRows(id: string): Promise<string> {
    return text((await this.reader.openRejectedRows(this.accountId, id)).content);
  }

  /** Moves the clock of one import: the worker at it was last heard of so many seconds ago. */
  async age(id: string, seconds: number): Promise<void> {
    await this.database.runSystemStatement(
      `UPDATE imports SET heartbeat_at = heartbeat_at - make_interval(secs => $2),
         queued_at = queued_at - make_interval(secs => $2) WHERE id = $1`,
      [id, seconds],
    );
  }

  async stagedRows(): Promise<number> {
    const [row] = await this.database.runSystemStatement<{ rows: bigint }>(
      'SELECT count(*) AS rows FROM import_rows',
    );
    return Number(row?.rows);
  }

  async jobsOf(id: string): Promise<number> {
    const [row] = await this.database.runSystemStatement<{ jobs: bigint }>(
      `SELECT count(*) AS jobs FROM outbox WHERE name = 'imports.run' AND payload ->> 'importId' = $1`,
      [id],
    );
    return Number(row?.jobs);
  }
}

const countsOf = ({ rows, accepted, repaired, duplicates, suppressed, invalid }: Import) => ({
  rows,
  accepted,
  repaired,
  duplicates,
  suppressed,
  invalid,
});

const mobile = (number: number) => `09${String(10_000_000 + number).padStart(8, '0')}`;

describe('an import', () => {
  let test: TestDatabase;
  let folder: string;
  let desk: ImportDesk;

  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.drop());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'imports-'));
    desk = new ImportDesk(test.database, folder);
    await desk.open();
  });
  afterEach(async () => {
    expect(await desk.stagedRows()).toBe(0);
    await rm(folder, { recursive: true, force: true });
  });

  const MESSY = `phone,name,city
0912-345-678,王小明,"Taipei, TW"
+886912345678,again,
+886923456789,Amy,Tainan
０９３４－５６７－８９０,full width,"two
lines"
02-2345-6789,landline,
,nobody,
945678901,lost zero,Hualien
+81 90-1234-5678,Yuki,Tokyo
`;

  it.each([
    ['UTF-8', Buffer.from(MESSY)],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${MESSY}`)],
    ['UTF-16', iconv.encode(MESSY, 'utf-16le', { addBOM: true })],
    ['Big5', iconv.encode(MESSY, 'big5')],
  ])('reads a messy list in %s, and the counts add up', async (_, file) => {
    const listId = await desk.createList();
    const done = await desk.import(listId, file);
    expect(done).toMatchObject({ state: 'done', error: null, readShare: 1 });
    const expected = { rows: 8, accepted: 5, repaired: 4, duplicates: 1, suppressed: 0, invalid: 2 };
    expect(countsOf(done)).toEqual(expected);
    const { accountId } = desk;
    const found = await desk.contacts.contacts({ accountId, listId, search: '+8869123', limit: 10 });
    expect(found).toMatchObject([
      { phone: '+886912345678', country: 'TW', variables: { name: '王小明', city: 'Taipei, TW' } },
    ]);
    expect(await desk.contacts.list(accountId, listId)).toMatchObject({
      contactCount: 5,
      variableNames: ['name', 'city'],
    });
  });

  it('gives the rejected rows back with their reasons, ready to repair and upload again', async () => {
    const listId = await desk.createList();
    const first = await desk.import(listId, MESSY);
    const rejected = await desk.rejectedRows(first.id);
    expect(rejected).toContain('number.landline');
    expect(rejected).toContain('number.empty');
    const second = await desk.import(listId, rejected.replace('02-2345-6789', '0956789012'));
    expect(countsOf(second)).toMatchObject({ rows: 2, accepted: 1, invalid: 1 });
    expect(await desk.phonesOf(listId)).toContain('+886956789012');
  });

  it('keeps the first of equal numbers in a file, and what the list already has', async () => {
    const listId = await desk.createList();
    await desk.import(listId, 'phone,name\n0912345678,old\n');
    const second = await desk.import(
      listId,
      'phone,name\n0912345678,new\n0923456789,first\n+886923456789,second\n',
    );
    expect(countsOf(second)).toMatchObject({ accepted: 1, repaired: 1, duplicates: 2 });
    const { accountId } = desk;
    const found = await desk.contacts.contacts({ accountId, listId, search: '', limit: 10 });
    expect(found.map(({ variables }) => variables.name)).toEqual(['old', 'first']);
  });

  it('leaves suppressed numbers out, however often they come and whether or not the list has them', async () => {
    const listId = await desk.createList();
    await desk.import(listId, 'phone\n0912345678\n');
    const { accountId } = desk;
    for (const phone of ['+886912345678', '+886923456789'])
      await test.database.inAccount(accountId, (tx) =>
        desk.suppress.execute(tx, { accountId, phone, source: 'reply' }),
      );
    const done = await desk.import(listId, 'phone\n0912345678\n0923456789\n0923456789\n0934567890\n');
    expect(countsOf(done)).toMatchObject({ rows: 4, accepted: 1, duplicates: 0, suppressed: 3 });
    expect(await desk.phonesOf(listId)).toEqual(['+886912345678', '+886934567890']);
  });

  it('takes the columns the mapping names, and no others', async () => {
    const listId = await desk.createList();
    const mapping = { phone: 'home', variables: { nick: 0 } };
    await desk.import(listId, 'name,mobile,home\nAmy,0912345678,0923456789\n', mapping);
    const { accountId } = desk;
    expect(await desk.contacts.contacts({ accountId, listId, search: '', limit: 10 })).toMatchObject([
      { phone: '+886923456789', variables: { nick: 'Amy' } },
    ]);
    expect((await desk.contacts.list(accountId, listId)).variableNames).toEqual(['nick']);
  });

  it('survives values that jsonb cannot hold', async () => {
    const listId = await desk.createList();
    const done = await desk.import(listId, 'phone,name\n0912345678,a\0b\\u0000\\\n');
    expect(countsOf(done)).toMatchObject({ rows: 1, accepted: 1 });
    const { accountId } = desk;
    const [contact] = await desk.contacts.contacts({ accountId, listId, search: '', limit: 10 });
    expect(contact?.variables.name).not.toContain('\0');
    expect(contact?.variables.name).toContain('b\\u0000\\');
  });

  it.each([
    ['', 'imports.file_empty'],
    ['name\nAmy\nBob\n', 'imports.no_phone_column'],
    [Buffer.from([0x50, 0x4b, 0x03, 0x04, 1, 2, 3]), 'imports.archive_refused'],
    [`phone,name\n0912345678,"${'x'.repeat(200_000)}\n`, 'imports.line_too_long'],
  ])('fails with a sentence and leaves nothing when the file is unreadable: %#', async (file, code) => {
    const listId = await desk.createList();
    const failed = await desk.import(listId, file);
    expect(failed).toMatchObject({ state: 'failed', accepted: 0, error: { code } });
    expect(failed.error?.sentence).not.toBe('');
    expect(await desk.phonesOf(listId)).toEqual([]);
    expect(await readdir(join(folder, 'uploads'))).toEqual([]);
  });

  it('that fails at its last row leaves nothing of the rows before', async () => {
    const rows = Array.from({ length: 30_000 }, (_, index) => mobile(index)).join('\n');
    const listId = await desk.createList();
    const failed = await desk.import(listId, `phone,name\n${rows}\n0912345678,"${'x'.repeat(200_000)}`);
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'imports.line_too_long' } });
    expect(await desk.phonesOf(listId)).toEqual([]);
    expect(await readdir(join(folder, 'uploads'))).toEqual([]);
  });

  it('removes the upload when it is done, and keeps the rejected rows', async () => {
    const listId = await desk.createList();
    const done = await desk.import(listId, MESSY);
    expect(await readdir(join(folder, 'uploads'))).toHaveLength(1);
    expect(await desk.rejectedRows(done.id)).toContain('number.landline');
  });

  it('is refused without leaving its upload for a list that is not there, and while twenty are open', async () => {
    await expect(desk.upload(newUuid(), MESSY)).rejects.toMatchObject({ code: 'contacts.list_not_found' });
    expect(await readdir(join(folder, 'uploads'))).toEqual([]);
    const listId = await desk.createList();
    for (let open = 0; open < 20; open++) await desk.upload(listId, MESSY);
    await expect(desk.upload(listId, MESSY)).rejects.toMatchObject({ code: 'rate.limited' });
    expect(await readdir(join(folder, 'uploads'))).toHaveLength(20);
  });

  it('cancelled while it waits is not run', async () => {
    const listId = await desk.createList();
    const { id } = await desk.upload(listId, MESSY);
    await desk.cancel(id);
    await desk.createRunner().execute(id, NEVER);
    expect(await desk.get(id)).toMatchObject({ state: 'cancelled', accepted: 0 });
    await expect(desk.cancel(id)).rejects.toMatchObject({ code: 'imports.not_running' });
    await desk.requeue();
    expect(await readdir(join(folder, 'uploads'))).toEqual([]);
  });

  it('cancelled in the middle adds nothing', async () => {
    const listId = await desk.createList();
    const { id } = await desk.upload(listId, MESSY);
    desk.storage.close();
    const running = desk.createRunner().execute(id, NEVER);
    await waitFor('the run reads its file', () => desk.storage.waiting === 1);
    await desk.cancel(id);
    desk.storage.release();
    await running;
    expect(await desk.get(id)).toMatchObject({ state: 'cancelled', accepted: 0 });
    expect(await desk.phonesOf(listId)).toEqual([]);
    expect(await readdir(join(folder, 'uploads'))).toEqual([]);
  });

  it('of a list that was deleted meanwhile ends quietly', async () => {
    const listId = await desk.createList();
    const { id } = await desk.upload(listId, MESSY);
    desk.storage.close();
    const running = desk.createRunner().execute(id, NEVER);
    await waitFor('the run reads its file', () => desk.storage.waiting === 1);
    const remove = new DeleteContactListUseCase(test.database, new DiskStorage(join(folder, 'elsewhere')));
    await remove.execute(desk.accountId, listId);
    desk.storage.release();
    await running;
    await expect(desk.get(id)).rejects.toMatchObject({ code: 'resource.not_found' });
    expect(await desk.phonesOf(listId)).toEqual([]);
  });

  it('whose process stops goes back to the queue and is done by the next', async () => {
    const listId = await desk.createList();
    const { id } = await desk.upload(listId, MESSY);
    const stopping = new AbortController();
    desk.storage.close();
    const running = desk.createRunner().execute(id, stopping.signal);
    await waitFor('the run reads its file', () => desk.storage.waiting === 1);
    stopping.abort();
    desk.storage.release();
    await running;
    expect(await desk.get(id)).toMatchObject({ state: 'queued' });
    expect(await desk.jobsOf(id)).toBe(2);
    await desk.createRunner().execute(id, NEVER);
    expect(countsOf(await desk.get(id))).toMatchObject({ rows: 8, accepted: 5 });
  });

  it('is left alone by a second run while the first is alive', async () => {
    const listId = await desk.createList();
    const { id } = await desk.upload(listId, MESSY);
    desk.storage.close();
    const running = desk.createRunner().execute(id, NEVER);
    await waitFor('the run reads its file', () => desk.storage.waiting === 1);
    await desk.createRunner().execute(id, NEVER);
    expect(await desk.get(id)).toMatchObject({ state: 'running' });
    desk.storage.release();
    await running;
    expect(await desk.get(id)).toMatchObject({ state: 'done', accepted: 5 });
  });

  it('taken over from a run that seemed dead is merged once, by the new run alone', async () => {
    const listId = await desk.createList();
    const { id } = await desk.upload(listId, MESSY);
    // The first run: claimed, half its rows staged, then silent. It comes back after it was taken over.
    const zombie = await desk.runs.claim(id);
    if (!zombie) throw new Error('the import was not claimed');
    await desk.staging.add([`${zombie.epoch}\t2\t+886999999999\tTW\t{}\tf\n`]);
    await desk.age(id, 30);
    await desk.createRunner().execute(id, NEVER);
    expect(await desk.get(id)).toMatchObject({ state: 'done', accepted: 5 });

    await desk.staging.add([`${zombie.epoch}\t3\t+886999999998\tTW\t{}\tf\n`]);
    const read = { staged: 1, invalid: 0, rejectedKey: 'none', variableNames: [] };
    const detected = (await desk.get(id)).detected;
    if (!detected) throw new Error('nothing was detected');
    await expect(desk.runs.merge(zombie, { ...read, detected })).rejects.toThrow('taken over');
    expect(await desk.phonesOf(listId)).not.toContain('+886999999998');
    expect(await desk.get(id)).toMatchObject({ state: 'done', accepted: 5 });
    await desk.requeue();
  });

  it('whose staged rows were lost in a restart of the database is not merged', async () => {
    const listId = await desk.createList();
    const { id } = await desk.upload(listId, MESSY);
    const run = await desk.runs.claim(id);
    if (!run) throw new Error('the import was not claimed');
    const detected = (await desk.import(await desk.createList(), MESSY)).detected;
    if (!detected) throw new Error('nothing was detected');
    const read = { staged: 3, invalid: 0, rejectedKey: 'none', variableNames: [], detected };
    await expect(desk.runs.merge(run, read)).rejects.toThrow('staged rows were lost');
  });

  it('that nobody works on is enqueued again, and given up after five runs that died', async () => {
    const listId = await desk.createList();
    const { id } = await desk.upload(listId, MESSY);
    expect(await desk.requeue()).toBe(0);
    await desk.age(id, 16);
    expect(await desk.requeue()).toBe(1);
    for (let death = 1; death <= 5; death++) {
      expect(await desk.runs.claim(id)).toMatchObject({ attempts: death });
      await desk.age(id, 21);
      expect(await desk.requeue()).toBe(death < 5 ? 1 : 0);
    }
    expect(await desk.get(id)).toMatchObject({ state: 'failed', error: { code: 'internal.error' } });
    expect(await readdir(join(folder, 'uploads'))).toEqual([]);
  });

  it('repeats after an error that may pass, up to five times', async () => {
    const listId = await desk.createList();
    const { id } = await desk.upload(listId, MESSY);
    await rm(folder, { recursive: true });
    for (let attempt = 1; attempt <= 5; attempt++) {
      await expect(desk.createRunner().execute(id, NEVER)).rejects.toThrow();
      expect((await desk.get(id)).state).toBe(attempt < 5 ? 'queued' : 'failed');
    }
  });

  it('of 50,000 rows runs in bounded memory', async () => {
    const rows = Array.from(
      { length: 50_000 },
      (_, index) => `${mobile(index)},name ${index},${'x'.repeat(400)}`,
    );
    const listId = await desk.createList();
    const { id } = await desk.upload(listId, `phone,name,note\n${rows.join('\n')}`);
    rows.length = 0;
    const before = process.memoryUsage().rss;
    await desk.createRunner().execute(id, NEVER);
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
    expect(countsOf(await desk.get(id))).toMatchObject({ rows: 50_000, accepted: 50_000, repaired: 50_000 });
  });

  it('counts like a plain loop over the rows would', async () => {
    const cell = fc.oneof(
      fc.nat(20).map(mobile),
      fc.nat(20).map((number) => `+886${mobile(number).slice(1)}`),
      fc.constantFrom('02-2345-6789', 'n/a', '+999123', '091234'),
    );
    const files = fc.array(fc.array(cell, { minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(files, fc.uniqueArray(fc.nat(20), { maxLength: 6 }), async (contents, blocked) => {
        const one = new ImportDesk(test.database, folder);
        await one.open();
        const { accountId } = one;
        const suppressed = new Set(blocked.map((number) => `+886${mobile(number).slice(1)}`));
        for (const phone of suppressed)
          await test.database.inAccount(accountId, (tx) =>
            one.suppress.execute(tx, { accountId, phone, source: 'member' }),
          );
        const listId = await one.createList();
        const known = new Set<string>();
        for (const cells of contents) {
          const done = await one.import(
            listId,
            `phone,name\n${cells.map((phone) => `${phone},x`).join('\n')}`,
          );
          expect(countsOf(done)).toEqual(countByHand(cells, suppressed, known));
        }
        expect(await one.phonesOf(listId)).toEqual([...known].sort());
      }),
      { numRuns: 25 },
    );
  });
});

/** The model: what an import means, row by row. Adds the accepted numbers to `known`. */
function countByHand(cells: readonly string[], suppressed: Set<string>, known: Set<string>) {
  const counts = { rows: cells.length, accepted: 0, repaired: 0, duplicates: 0, suppressed: 0, invalid: 0 };
  for (const cell of cells) {
    const number = normalizePhoneNumber(cell, 'TW');
    if (!number.ok) counts.invalid++;
    else if (suppressed.has(number.e164)) counts.suppressed++;
    else if (known.has(number.e164)) counts.duplicates++;
    else {
      known.add(number.e164);
      counts.accepted++;
      if (cell !== number.e164) counts.repaired++;
    }
  }
  return counts;
}
