import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { DiskStorage } from './disk-storage.adapter.js';

const MAX_BYTES = 1_000;

describe('files on disk', () => {
  let dataDir: string;
  let folder: string;
  let storage: DiskStorage;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'disk-storage-'));
    folder = join(dataDir, 'uploads');
    await mkdir(folder);
    storage = new DiskStorage(dataDir);
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  it('are read back as they came, under keys that do not repeat', async () => {
    const first = await storage.put(Readable.from([Buffer.from('one')]), MAX_BYTES);
    const second = await storage.put(Readable.from([Buffer.from('one')]), MAX_BYTES);
    expect(first.sizeBytes).toBe(3);
    expect(first.key).not.toBe(second.key);
    expect(await text(await storage.open(first.key))).toBe('one');
    expect(await storage.useLocalFile(first.key, async (path) => path.startsWith(folder))).toBe(true);
  });

  it('are refused above the limit, and nothing is left', async () => {
    const content = Readable.from([Buffer.alloc(MAX_BYTES), Buffer.alloc(1)]);
    await expect(storage.put(content, MAX_BYTES)).rejects.toMatchObject({ code: 'request.too_large' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('leave nothing when the stream breaks off', async () => {
    const content = Readable.from(
      (async function* () {
        yield Buffer.from('half');
        throw new Error('connection lost');
      })(),
    );
    await expect(storage.put(content, MAX_BYTES)).rejects.toThrow('connection lost');
    expect(await readdir(folder)).toEqual([]);
  });

  it.each(['../secret', '/etc/passwd', '', 'a'.repeat(48) + '/..', 'A'.repeat(48), 'a'.repeat(48)])(
    'are not found under %j',
    async (key) => {
      await writeFile(join(folder, 'secret'), 'x');
      await expect(storage.open(key)).rejects.toMatchObject({ code: 'resource.not_found' });
      await expect(storage.useLocalFile(key, async () => 'read')).rejects.toMatchObject({
        code: 'resource.not_found',
      });
      await storage.delete(key);
      expect(await readdir(folder)).toEqual(['secret']);
    },
  );

  it('are gone after deletion, which may be repeated', async () => {
    const { key } = await storage.put(Readable.from([Buffer.from('x')]), MAX_BYTES);
    await storage.delete(key);
    await storage.delete(key);
    expect(await readdir(folder)).toEqual([]);
  });

  it('that were never finished go after a day, and not before', async () => {
    const [old, fresh] = ['a', 'b'].map((letter) => join(folder, `${letter.repeat(48)}.partial`));
    await writeFile(old!, 'x');
    await writeFile(fresh!, 'x');
    await utimes(old!, new Date(), new Date(Date.now() - 25 * 3_600_000));
    await storage.removeLeftovers();
    expect(await readdir(folder)).toEqual([`${'b'.repeat(48)}.partial`]);
  });
});
