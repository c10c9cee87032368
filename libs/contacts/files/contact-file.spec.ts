import { openContactFile } from './contact-file.js';
import { catchRefusal, SampleFiles } from './sample-files.js';

describe('reading a list of contacts', () => {
  let files: SampleFiles;
  beforeAll(async () => (files = await SampleFiles.create()));
  afterAll(() => files.remove());

  const phonesOf = async (content: string | Buffer) =>
    (await files.read(content)).rows.map((row) => row.phoneRaw);

  describe('delimiters', () => {
    it.each([
      [',', 'csv'],
      [';', 'csv'],
      ['\t', 'csv'],
      ['|', 'csv'],
    ])('finds %j by how evenly it cuts the first rows', async (delimiter, format) => {
      const rows = [
        'phone,name,note',
        '0912345678,"Lin, A; B | C\tD",x',
        '0922333444,"a\nb",',
        '0933444555,c,"1;2"',
      ];
      const text = rows.map((row) => row.replace(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/g, delimiter)).join('\n');
      const { detected, rows: read } = await files.read(text);
      expect(detected).toMatchObject({ format, delimiter, columns: ['phone', 'name', 'note'] });
      expect(read.map((row) => row.cells[1])).toEqual(['Lin, A; B | C\tD', 'a\nb', 'c']);
    });

    it('takes one number per line for a text list, whatever stands between the digits', async () => {
      const { detected, rows } = await files.read('0912-345-678\n+886 922 333 444\n(09)33 444 555\n', {
        fileName: 'numbers.csv',
      });
      expect(detected).toMatchObject({
        format: 'txt',
        delimiter: null,
        hasHeader: false,
        columns: ['column1'],
      });
      expect(rows.map(({ row, phoneRaw }) => [row, phoneRaw])).toEqual([
        [1, '0912-345-678'],
        [2, '+886 922 333 444'],
        [3, '(09)33 444 555'],
      ]);
    });

    it('obeys the separator line that Excel writes', async () => {
      expect(await phonesOf('sep=;\r\nphone;name\r\n0912345678;a,b\r\n0922333444;c,d\r\n')).toEqual([
        '0912345678',
        '0922333444',
      ]);
    });
  });

  describe('header and columns', () => {
    it('knows a header by its words, also when no row has a valid number', async () => {
      const { detected, rows } = await files.read('姓名,行動電話\n王小明,12\n');
      expect(detected).toMatchObject({ hasHeader: true, phoneColumn: 1 });
      expect(rows.map(({ row, phoneRaw, cells }) => [row, phoneRaw, cells])).toEqual([
        [2, '12', ['王小明', '12']],
      ]);
    });

    it('knows a header of unknown words by the numbers that begin below it', async () => {
      const { detected } = await files.read('Nom,Joignable au\nAnne,0912345678\nBob,0922333444\n');
      expect(detected).toMatchObject({ hasHeader: true, columns: ['Nom', 'Joignable au'], phoneColumn: 1 });
    });

    it('names columns by position without a header, and keeps the first row as data', async () => {
      const { detected, rows } = await files.read('王小明,0912345678\n林小華,0922333444\n');
      expect(detected).toMatchObject({ hasHeader: false, columns: ['column1', 'column2'], phoneColumn: 1 });
      expect(rows.map((row) => row.variables['column1'])).toEqual(['王小明', '林小華']);
    });

    it('does not take a broken number in the first row for a header', async () => {
      const { detected, rows } = await files.read('x09123,王\n0912345678,林\n0922333444,陳\n');
      expect(detected.hasHeader).toBe(false);
      expect(rows).toHaveLength(3);
    });

    it.each([
      ['電話,手機\n0223456789,0912345678\n', 1],
      ['Tel,Mobile Phone,Phone type\n0223456789,0912345678,mobile\n', 1],
      ['phone model,聯絡方式X,name\nNokia,0912345678,Bob\nApple,0922333444,Al\n', 1],
      ['手機,name,backup\nn/a,Bob,0912345678\n,Al,0922333444\n', 2],
      ['order,number\n20250101,0912345678\n20250102,0922333444\n', 1],
    ])('finds the phone column of %j', async (text, phoneColumn) => {
      expect((await files.read(text)).detected.phoneColumn).toBe(phoneColumn);
    });

    it('tells doubled, empty and reserved header names apart', async () => {
      const { detected, rows } = await files.read(
        'phone,name,Name,,__proto__,name_2,constructor\n0912345678,a,b,c,d,e,f\n',
      );
      expect(detected.columns).toEqual([
        'phone',
        'name',
        'Name_2',
        'column4',
        'column5',
        'name_2_2',
        'column7',
      ]);
      expect(Object.entries(rows[0]?.variables ?? {})).toEqual([
        ['name', 'a'],
        ['Name_2', 'b'],
        ['column4', 'c'],
        ['column5', 'd'],
        ['name_2_2', 'e'],
        ['column7', 'f'],
      ]);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    });

    it('keeps a row without a number and drops a row without anything', async () => {
      const { rows } = await files.read('phone,name\n,Bob\n , \n\u3000,\u00a0\n0912345678,\n');
      expect(rows.map(({ row, phoneRaw, variables }) => [row, phoneRaw, { ...variables }])).toEqual([
        [2, '', { name: 'Bob' }],
        [5, '0912345678', {}],
      ]);
    });

    it('keeps cells beyond all columns seen so far under the name of their position', async () => {
      const text = `phone,name\n${'0912345678,Bob\n'.repeat(200)}0922333444,Al,extra\n`;
      expect((await files.read(text)).rows.at(-1)?.variables).toMatchObject({ name: 'Al', column3: 'extra' });
    });

    it('says which columns there are when none holds numbers', async () => {
      const refusal = await files.refusal('name,city\nBob,Taipei\n');
      expect(refusal.code).toBe('imports.no_phone_column');
      expect(refusal.sentence).toContain('name, city');
    });
  });

  describe('mapping', () => {
    const text = 'name,home,work,city\nBob,0912345678,0922333444,Taipei\n';

    it('takes the columns that the mapping names, by header or by position', async () => {
      const byName = await files.read(text, {
        mapping: { phone: 'WORK', variables: { first: 'name', where: 3 } },
      });
      expect(byName.rows[0]).toMatchObject({ phoneRaw: '0922333444', row: 2 });
      expect({ ...byName.rows[0]?.variables }).toEqual({ first: 'Bob', where: 'Taipei' });
      const byPosition = await files.read(text, { mapping: { phone: 1 } });
      expect(byPosition.rows[0]?.phoneRaw).toBe('0912345678');
      expect({ ...byPosition.rows[0]?.variables }).toEqual({
        name: 'Bob',
        work: '0922333444',
        city: 'Taipei',
      });
    });

    it('accepts the names we give to columns without a header', async () => {
      const { rows } = await files.read('0912345678,Bob\n', {
        mapping: { phone: 'column1', variables: { n: 'column2' } },
      });
      expect({ ...rows[0]?.variables }).toEqual({ n: 'Bob' });
    });

    it.each([
      [{ phone: 'handy' }, 'mapping.phone'],
      [{ phone: 4 }, 'mapping.phone'],
      [{ phone: -1 }, 'mapping.phone'],
      [{ phone: 1.5 }, 'mapping.phone'],
      [{ variables: { vip: 'level' } }, 'mapping.variables.vip'],
    ])('names the entry of %j that the file does not have', async (mapping, field) => {
      const refusal = await files.refusal(text, { mapping });
      expect([refusal.code, refusal.fields[0]?.field]).toEqual(['imports.mapping_invalid', field]);
    });
  });

  describe('bad files', () => {
    it.each([
      ['a PDF', Buffer.from('%PDF-1.7\n1 0 obj'), /PDF/],
      ['a picture', Buffer.from('89504e470d0a1a0a0000000d', 'hex'), /picture/],
      ['an old Excel workbook', Buffer.from('d0cf11e0a1b11ae1000000', 'hex'), /\.xls\)/],
      ['a web page', Buffer.from('\uFEFF <html><table><tr><td>0912345678'), /web page/],
      ['gzip', Buffer.from('1f8b0800', 'hex'), /gzip/],
      ['bytes of a program', Buffer.alloc(4096, Buffer.from([0, 1, 2, 65])), /not a text file/],
    ])('refuses %s by content, whatever its name', async (_what, content, sentence) => {
      const refusal = await files.refusal(content, { fileName: 'list.csv' });
      expect(refusal.code).toBe('imports.format_unsupported');
      expect(refusal.sentence).toMatch(sentence);
    });

    it.each(['', '\n\r\n \n', '\uFEFF', ',,,\n'])('says that %j has no rows', async (content) => {
      expect((await files.refusal(content)).code).toBe('imports.file_empty');
    });

    it('refuses a file or a number of rows above the limits', async () => {
      const text = 'phone\n0912345678\n0922333444\n0933444555\n';
      expect((await files.refusal(text, { limits: { fileBytes: 20 } })).code).toBe('imports.file_too_large');
      expect((await files.refusal(text, { limits: { rows: 2 } })).code).toBe('imports.too_many_rows');
      expect((await files.read(text, { limits: { rows: 3 } })).rows).toHaveLength(3);
    });

    it('names the row of an unclosed quote deep in the file', async () => {
      const text = `phone,name\n${'0912345678,"Bob"\n'.repeat(30_000)}0912345678,"Al\n${'0912345678,x\n'.repeat(9_000)}`;
      const refusal = await files.refusal(text);
      expect(refusal.fields[0]?.field).toBe('row 30002');
      expect(refusal.sentence).toContain('quotation mark');
    });

    it('shows only the last part of a path in a file name, without hidden characters', async () => {
      const path = await files.write('0912345678\n');
      for (const [fileName, shown] of [
        ['../../etc/passwd', 'passwd'],
        ['C:\\Users\\me\\名單.csv', '名單.csv'],
        ['\u202Egpj.exe\0', 'gpj.exe'],
        ['..', 'upload'],
        ['x'.repeat(500), 'x'.repeat(120)],
      ] as const) {
        const file = await openContactFile({ path, fileName, defaultCountry: 'TW' });
        await file.close();
        expect(file.detected.fileName).toBe(shown);
      }
    });
  });

  describe('size and time', () => {
    it('passes over ten million empty rows in flat memory', async () => {
      const path = await files.write(`phone,name\n${'\n'.repeat(10_000_000)}0912345678,Bob\n`);
      const before = process.memoryUsage().rss;
      const { rows } = await readPath(path);
      expect(rows).toEqual([[10_000_002, '0912345678']]);
      expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
    });

    it('hands over at most a thousand rows at a time and lets timers run between them', async () => {
      const path = await files.write(`phone\n${'0912345678\n'.repeat(10_500)}`);
      const file = await openContactFile({ path, fileName: 'x', defaultCountry: 'TW' });
      let turns = 0;
      const count = () => {
        turns++;
        timer = setImmediate(count);
      };
      let timer = setImmediate(count);
      const sizes: number[] = [];
      for await (const batch of file.batches()) sizes.push(batch.length);
      clearImmediate(timer);
      expect(sizes).toEqual([...Array.from({ length: 10 }, () => 1_000), 500]);
      expect(turns).toBeGreaterThanOrEqual(10);
      expect(file.readShare()).toBe(1);
    });

    it('stops with the reason of its signal', async () => {
      const path = await files.write(`phone\n${'0912345678\n'.repeat(100_000)}`);
      const stop = new AbortController();
      const file = await openContactFile({ path, fileName: 'x', defaultCountry: 'TW', signal: stop.signal });
      const reason = new Error('cancelled by a member');
      const readAll = async () => {
        for await (const batch of file.batches()) if (batch.length > 0) stop.abort(reason);
      };
      await expect(readAll()).rejects.toBe(reason);
      await expect(
        openContactFile({ path, fileName: 'x', defaultCountry: 'TW', signal: stop.signal }),
      ).rejects.toBe(reason);
    });

    it('fails on a file that is not there as on any other fault, not as a refusal', async () => {
      const missing = openContactFile({ path: '/nowhere/list', fileName: 'x', defaultCountry: 'TW' });
      await expect(catchRefusal(missing)).rejects.toThrow('Expected a DomainError');
    });
  });
});

async function readPath(path: string): Promise<{ rows: [number, string][] }> {
  const rows: [number, string][] = [];
  const file = await openContactFile({ path, fileName: 'x', defaultCountry: 'TW' });
  for await (const batch of file.batches()) for (const { row, phoneRaw } of batch) rows.push([row, phoneRaw]);
  return { rows };
}
