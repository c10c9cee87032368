import { crc32, deflateRawSync } from 'node:zlib';

/** Only for the specs beside it: writes zip containers, also such as no honest program would. */
export interface ZipPart {
  name: string;
  content: string | Buffer;
  isStored?: boolean;
  /** What the headers claim instead of the truth. */
  declaredBytes?: number;
  /** Deflated bytes to use as they are; `content` is then ignored. */
  deflated?: Buffer;
}

const LOCAL_HEADER = 0x04034b50;
const DIRECTORY_HEADER = 0x02014b50;
const DIRECTORY_END = 0x06054b50;

export function buildZip(parts: readonly ZipPart[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const part of parts) {
    const { data, fields } = describePart(part);
    const name = Buffer.from(part.name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(LOCAL_HEADER, 0);
    fields.copy(local, 4);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(DIRECTORY_HEADER, 0);
    central.writeUInt16LE(20, 4);
    fields.copy(central, 6);
    central.writeUInt32LE(offset, 42);
    bodies.push(local, name, data);
    directory.push(central, name);
    offset += local.length + name.length + data.length;
  }
  return Buffer.concat([...bodies, ...directory, buildEnd(parts.length, offset, directory)]);
}

/** The 26 bytes that local and central headers share. */
function describePart(part: ZipPart): { data: Buffer; fields: Buffer } {
  const content = Buffer.from(part.content);
  const data = part.deflated ?? (part.isStored ? content : deflateRawSync(content));
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(0x0800, 2);
  fields.writeUInt16LE(part.isStored ? 0 : 8, 4);
  fields.writeUInt32LE(part.deflated ? 0 : crc32(content), 10);
  fields.writeUInt32LE(data.length, 14);
  fields.writeUInt32LE(part.declaredBytes ?? content.length, 18);
  fields.writeUInt16LE(Buffer.byteLength(part.name), 22);
  return { data, fields };
}

function buildEnd(count: number, offset: number, directory: readonly Buffer[]): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(DIRECTORY_END, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(
    directory.reduce((sum, piece) => sum + piece.length, 0),
    12,
  );
  end.writeUInt32LE(offset, 16);
  return end;
}

export interface WorkbookParts {
  /** The `<row>` elements of the sheet. */
  rows: string;
  sharedStrings?: string;
  styles?: string;
  workbook?: string;
  relations?: string;
  sheet?: Partial<ZipPart>;
  more?: readonly ZipPart[];
}

const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const TYPE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

const WORKBOOK = `<workbook ${MAIN} xmlns:r="${TYPE}"><sheets><sheet name="List" sheetId="1" r:id="rId1"/></sheets></workbook>`;
const RELATIONS = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="${TYPE}/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="rId2" Type="${TYPE}/sharedStrings" Target="sharedStrings.xml"/>
<Relationship Id="rId3" Type="${TYPE}/styles" Target="/xl/styles.xml"/></Relationships>`;

export function buildWorkbook(parts: WorkbookParts): Buffer {
  const sheet = `<?xml version="1.0" encoding="UTF-8"?><worksheet ${MAIN}><sheetData>${parts.rows}</sheetData></worksheet>`;
  return buildZip([
    { name: 'xl/workbook.xml', content: parts.workbook ?? WORKBOOK, isStored: true },
    { name: 'xl/_rels/workbook.xml.rels', content: parts.relations ?? RELATIONS },
    { name: 'xl/worksheets/sheet1.xml', content: sheet, ...parts.sheet },
    ...(parts.sharedStrings === undefined
      ? []
      : [{ name: 'xl/sharedStrings.xml', content: `<sst ${MAIN}>${parts.sharedStrings}</sst>` }]),
    ...(parts.styles === undefined
      ? []
      : [{ name: 'xl/styles.xml', content: `<styleSheet ${MAIN}>${parts.styles}</styleSheet>` }]),
    ...(parts.more ?? []),
  ]);
}
