import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunImportUseCase } from '#contacts';
import { parseId } from '#domain';
import { waitFor } from '#testing';
import {
  refusal,
  refusalOf,
  startApi,
  textOf,
  type ApiAnswer,
  type Json,
  type TestAccount,
  type TestApi,
} from './api-harness.js';

const CSV = 'phone,name\n0912-345-678,王小明\n+886923456789,Amy\n0923456789,again\n02-2345-6789,landline\n';

describe('contacts over HTTP', () => {
  let api: TestApi;
  let account: TestAccount;
  let dataDir: string;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'contacts-e2e-'));
    api = await startApi({ DATA_DIR: dataDir });
    account = await api.signUp();
  });
  afterAll(async () => {
    await api.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const call = (method: string, path: string, body?: unknown) =>
    api.call(method, path, { cookie: account.cookie, body });

  async function createList(name = 'Customers'): Promise<string> {
    return textOf((await call('POST', '/v1/contact-lists', { name })).body.id);
  }

  async function upload(listId: string, form: FormData, cookie = account.cookie): Promise<ApiAnswer> {
    const response = await fetch(`${api.url}/v1/contact-lists/${listId}/imports`, {
      method: 'POST',
      body: form,
      headers: { Cookie: cookie },
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: JSON.parse(text) as Json, text };
  }

  function formOf(
    content: string | Buffer,
    fields: Record<string, string> = {},
    isFileFirst = false,
  ): FormData {
    const form = new FormData();
    const addFile = () => form.set('file', new Blob([content]), '../../list.csv');
    if (isFileFirst) addFile();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    if (!isFileFirst) addFile();
    return form;
  }

  const runImport = (id: string) =>
    api.app.get(RunImportUseCase).execute(parseId('imp', id) ?? '', new AbortController().signal);

  const storedFiles = () => readdir(join(dataDir, 'uploads')).catch(() => []);

  it('makes, shows, renames, lists and deletes contact lists', async () => {
    const created = await call('POST', '/v1/contact-lists', { name: '  Spring  ' });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({ name: 'Spring', contactCount: 0, variableNames: [] });
    const path = `/v1/contact-lists/${textOf(created.body.id)}`;
    expect((await call('GET', path)).body).toEqual(created.body);
    expect((await call('PATCH', path, { name: 'Summer' })).body.name).toBe('Summer');
    await createList('Later');
    const first = await call('GET', '/v1/contact-lists?limit=1');
    expect(first.body.data).toMatchObject([{ name: 'Later' }]);
    const second = await call('GET', `/v1/contact-lists?limit=1&cursor=${textOf(first.body.nextCursor)}`);
    expect(second.body.data).toMatchObject([{ name: 'Summer' }]);
    expect((await call('DELETE', path)).status).toBe(204);
    expect(refusalOf(await call('GET', path))).toEqual(refusal(404, 'contacts.list_not_found'));
  });

  it('imports a file from upload to rejected rows', async () => {
    const listId = await createList();
    const accepted = await upload(listId, formOf(CSV));
    expect(accepted.status).toBe(202);
    expect(accepted.body).toMatchObject({ status: 'queued', progress: 0, fileName: 'list.csv', listId });
    const id = textOf(accepted.body.id);
    expect(refusalOf(await call('GET', `/v1/imports/${id}/rejected.csv`))).toEqual(
      refusal(404, 'resource.not_found'),
    );
    await runImport(id);
    const done = await call('GET', `/v1/imports/${id}`);
    expect(done.body).toMatchObject({ status: 'done', progress: 1, error: null });
    const counts = { rows: 4, accepted: 2, repaired: 1, duplicates: 1, suppressed: 0, invalid: 1 };
    expect(done.body).toMatchObject(counts);
    expect(done.body.detected).toMatchObject({ format: 'csv', hasHeader: true, columns: ['phone', 'name'] });

    const rejected = await call('GET', `/v1/imports/${id}/rejected.csv`);
    expect(rejected.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(rejected.headers.get('content-disposition')).toBe(`attachment; filename="${id}-rejected.csv"`);
    expect(rejected.text).toContain('number.landline');

    const contacts = await call('GET', `/v1/contact-lists/${listId}/contacts?search=886912`);
    expect(contacts.body).toMatchObject({
      data: [{ phone: '+886912345678', country: 'TW', variables: { name: '王小明' } }],
      nextCursor: null,
    });
    const history = await call('GET', `/v1/contact-lists/${listId}/imports`);
    expect(history.body.data).toMatchObject([{ id, status: 'done' }]);
  });

  it.each([true, false])(
    'reads the fields of the form also when the file comes first: %s',
    async (isFirst) => {
      const listId = await createList();
      const fields = { mapping: '{"phone":1,"variables":{"who":"name"}}', defaultCountry: 'JP' };
      const accepted = await upload(listId, formOf('name,a,b\nYuki,090-1234-5678,1\n', fields, isFirst));
      expect(accepted.status).toBe(202);
      await runImport(textOf(accepted.body.id));
      const contacts = await call('GET', `/v1/contact-lists/${listId}/contacts`);
      expect(contacts.body.data).toMatchObject([{ phone: '+819012345678', variables: { who: 'Yuki' } }]);
    },
  );

  it.each<[string, () => FormData, number, string, string | undefined]>([
    ['without a file', () => new FormData(), 400, 'imports.file_missing', undefined],
    ['with an empty file', () => formOf(''), 400, 'imports.file_empty', undefined],
    [
      'with a mapping that is no JSON',
      () => formOf(CSV, { mapping: '{' }, true),
      400,
      'request.invalid',
      'mapping',
    ],
    [
      'with a bad column',
      () => formOf(CSV, { mapping: '{"phone":-1}' }),
      400,
      'request.invalid',
      'mapping.phone',
    ],
    [
      'with a bad country',
      () => formOf(CSV, { defaultCountry: 'XX' }),
      400,
      'request.invalid',
      'defaultCountry',
    ],
    ['with an unknown field', () => formOf(CSV, { colour: 'red' }), 400, 'request.invalid', ''],
  ])('refuses an upload %s and keeps nothing of it', async (_, makeForm, status, code, field) => {
    const listId = await createList();
    const before = await storedFiles();
    const form = makeForm();
    if (!form.has('file')) form.set('defaultCountry', 'TW');
    const refused = await upload(listId, form);
    expect(refusalOf(refused)).toEqual(refusal(status, code));
    if (field !== undefined) expect(refused.body.errors).toMatchObject([{ field }]);
    expect(await storedFiles()).toEqual(before);
  });

  it('keeps nothing of an upload that breaks off', async () => {
    const listId = await createList();
    const before = await storedFiles();
    const url = new URL(`${api.url}/v1/contact-lists/${listId}/imports`);
    const sending = httpRequest(url, {
      method: 'POST',
      headers: { Cookie: account.cookie, 'Content-Type': 'multipart/form-data; boundary=x' },
    });
    sending.on('error', () => undefined);
    sending.write('--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n');
    sending.write('phone\n'.padEnd(200_000, '0912345678\n'));
    await waitFor('the upload has begun', async () => (await storedFiles()).length > before.length);
    sending.destroy();
    await waitFor('the upload is gone', async () => (await storedFiles()).length === before.length);
    expect((await call('GET', `/v1/contact-lists/${listId}/imports`)).body.data).toEqual([]);
  });

  it('refuses a file above 200 MB as soon as it is that long', async () => {
    const listId = await createList();
    const before = await storedFiles();
    const refused = await upload(listId, formOf(Buffer.alloc(200 * 1024 * 1024 + 1, 'phone\n')));
    expect(refusalOf(refused)).toEqual(refusal(413, 'imports.file_too_large'));
    expect(await storedFiles()).toEqual(before);
  });

  it('tells the row when a file fails', async () => {
    const listId = await createList();
    const accepted = await upload(listId, formOf(`phone,name\n0912345678,"${'x'.repeat(200_000)}\n`));
    const id = textOf(accepted.body.id);
    await runImport(id);
    const failed = await call('GET', `/v1/imports/${id}`);
    expect(failed.body).toMatchObject({ status: 'failed', error: { code: 'imports.line_too_long' } });
    expect(failed.body.error?.detail).toMatch(/row 2/i);
  });

  it('cancels an import once', async () => {
    const id = textOf((await upload(await createList(), formOf(CSV))).body.id);
    expect((await call('POST', `/v1/imports/${id}/cancel`)).body.status).toBe('cancelled');
    expect(refusalOf(await call('POST', `/v1/imports/${id}/cancel`))).toEqual(
      refusal(409, 'imports.not_running'),
    );
  });

  it('adds and removes single contacts', async () => {
    const path = `/v1/contact-lists/${await createList()}/contacts`;
    const added = await call('POST', path, { phone: '0912-345-678', variables: { name: 'Amy' } });
    expect(added.status).toBe(201);
    expect(added.body).toMatchObject({ phone: '+886912345678', country: 'TW', variables: { name: 'Amy' } });
    await call('POST', path, { phone: '0923456789' });
    const first = await call('GET', `${path}?limit=1`);
    expect(first.body.data).toMatchObject([{ phone: '+886912345678' }]);
    const rest = await call('GET', `${path}?limit=1&cursor=${textOf(first.body.nextCursor)}`);
    expect(rest.body.data).toMatchObject([{ phone: '+886923456789' }]);
    expect((await call('DELETE', `${path}/%2B886912345678`)).status).toBe(204);
    expect((await call('DELETE', `${path}/886923456789`)).status).toBe(204);
    expect(refusalOf(await call('DELETE', `${path}/886923456789`))).toEqual(
      refusal(404, 'resource.not_found'),
    );
  });

  it.each([
    [{ phone: '02-2345-6789' }, 'phone'],
    [{ phone: '0912345678', variables: { name: 'a\0b' } }, 'variables.name'],
    [{ phone: '0912345678', variables: { name: '\ud800' } }, 'variables.name'],
    [{ phone: '0912345678', variables: { name: 5 } }, 'variables.name'],
    [{ phone: ['0912345678'] }, 'phone'],
  ])('names the field that is wrong with a contact: %j', async (body, field) => {
    const refused = await call('POST', `/v1/contact-lists/${await createList()}/contacts`, body);
    expect(refusalOf(refused)).toEqual(refusal(400, 'request.invalid'));
    expect(refused.body.errors).toMatchObject([{ field }]);
  });

  it('suppresses numbers and lifts it again', async () => {
    const added = await call('POST', '/v1/suppressions', { phone: '0955-555-555' });
    expect(added.status).toBe(201);
    expect(added.body).toMatchObject({ phone: '+886955555555', source: 'member' });
    const apiKey = await api.createApiKey(account, ['contacts:write']);
    const byKey = await api.call('POST', '/v1/suppressions', { apiKey, body: { phone: '0966666666' } });
    expect(byKey.body.source).toBe('api');
    expect((await call('GET', '/v1/suppressions?search=88695')).body.data).toHaveLength(1);
    expect((await call('DELETE', '/v1/suppressions/+886955555555')).status).toBe(204);
    expect(refusalOf(await call('DELETE', '/v1/suppressions/+886955555555'))).toEqual(
      refusal(404, 'resource.not_found'),
    );
  });

  it('shows nothing to another account', async () => {
    const listId = await createList();
    const id = textOf((await upload(listId, formOf(CSV))).body.id);
    const { cookie } = await api.signUp();
    const notFound = refusal(404, 'contacts.list_not_found');
    expect(refusalOf(await upload(listId, formOf(CSV), cookie))).toEqual(notFound);
    for (const path of [`/v1/contact-lists/${listId}`, `/v1/contact-lists/${listId}/contacts`])
      expect(refusalOf(await api.call('GET', path, { cookie }))).toEqual(notFound);
    const gone = refusal(404, 'resource.not_found');
    expect(refusalOf(await api.call('GET', `/v1/imports/${id}`, { cookie }))).toEqual(gone);
    expect(refusalOf(await api.call('POST', `/v1/imports/${id}/cancel`, { cookie }))).toEqual(gone);
    expect(refusalOf(await api.call('GET', `/v1/imports/${id}/rejected.csv`, { cookie }))).toEqual(gone);
  });
});
