import { readdir, readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { catchRefusal, SampleFiles } from './sample-files.js';
import { spoolUpload } from './spool-upload.js';

describe('putting an upload on disk', () => {
  let files: SampleFiles;
  beforeEach(async () => (files = await SampleFiles.create()));
  afterEach(() => files.remove());

  const upload = (...pieces: string[]) => Readable.from(pieces.map((piece) => Buffer.from(piece)));

  it('keeps the content under a name of our own', async () => {
    const { path, sizeBytes } = await spoolUpload(upload('0912', '345678\n'), files.folder);
    expect([sizeBytes, await readFile(path, 'utf8')]).toEqual([11, '0912345678\n']);
  });

  it('stops at the limit and leaves nothing behind', async () => {
    const refusal = await catchRefusal(spoolUpload(upload('12345', '67890', '1'), files.folder, 10));
    expect(refusal.code).toBe('imports.file_too_large');
    expect(await readdir(files.folder)).toEqual([]);
  });

  it('leaves nothing behind when the upload breaks off', async () => {
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from('0912');
        throw new Error('connection reset');
      })(),
    );
    await expect(spoolUpload(broken, files.folder)).rejects.toThrow('connection reset');
    expect(await readdir(files.folder)).toEqual([]);
  });
});
