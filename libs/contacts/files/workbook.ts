import { refuseFile } from './import-refusal.js';
import type { WorkbookArchive } from './workbook-archive.js';
import { readXml } from './xml-reader.js';

/** Sheets and relations of one workbook that are looked at. */
const SHEETS = 1_000;

export interface Workbook {
  /** Name of the part that holds the first sheet a person sees. */
  sheetPart: string;
  /** Name of the part with the shared strings, when there is one. */
  sharedStringsPart: string | null;
  /** Name of the part with the number formats, when there is one. */
  stylesPart: string | null;
  /** Whether dates count from 1904, as old Macintosh workbooks do. */
  usesDate1904: boolean;
}

interface Relation {
  type: string;
  target: string;
  isExternal: boolean;
}

/**
 * Finds the parts to read. Nothing outside the container is ever followed.
 * @throws DomainError imports.file_empty without a visible sheet, imports.archive_refused when parts are missing
 */
export async function readWorkbook(archive: WorkbookArchive): Promise<Workbook> {
  const { relationIds, usesDate1904 } = await readSheetList(archive);
  const relations = await readRelations(archive);
  const sheetRelation = relationIds
    .map((id) => relations.get(id))
    .find((relation) => relation?.type.endsWith('/worksheet'));
  if (!sheetRelation) throw refuseFile('imports.file_empty', 'The workbook has no visible sheet.');
  if (sheetRelation.isExternal || !archive.has(sheetRelation.target))
    throw refuseFile('imports.archive_refused');
  const findPart = (type: string) => {
    const relation = [...relations.values()].find((one) => one.type.endsWith(type) && !one.isExternal);
    return relation && archive.has(relation.target) ? relation.target : null;
  };
  return {
    sheetPart: sheetRelation.target,
    sharedStringsPart: findPart('/sharedStrings'),
    stylesPart: findPart('/styles'),
    usesDate1904,
  };
}

async function readSheetList(archive: WorkbookArchive) {
  const relationIds: string[] = [];
  let usesDate1904 = false;
  await readXml(archive.readText('xl/workbook.xml'), {
    open(name, attributes) {
      if (name === 'workbookPr') usesDate1904 = isTrue(attributes['date1904']);
      if (name !== 'sheet' || (attributes['state'] ?? 'visible') !== 'visible') return;
      const key = Object.keys(attributes).find((attribute) => /(^|:)id$/.test(attribute));
      if (key !== undefined && relationIds.length < SHEETS) relationIds.push(attributes[key] ?? '');
    },
  });
  return { relationIds, usesDate1904 };
}

async function readRelations(archive: WorkbookArchive): Promise<Map<string, Relation>> {
  const relations = new Map<string, Relation>();
  await readXml(archive.readText('xl/_rels/workbook.xml.rels'), {
    open(name, attributes) {
      if (name !== 'Relationship' || relations.size >= SHEETS) return;
      relations.set(attributes['Id'] ?? '', {
        type: attributes['Type'] ?? '',
        target: resolveTarget(attributes['Target'] ?? ''),
        isExternal: attributes['TargetMode'] === 'External',
      });
    },
  });
  return relations;
}

/** Targets are relative to `xl/` or begin with a slash. The result is only ever looked up among the zip's own names. */
function resolveTarget(target: string): string {
  return new URL(target, 'zip:///xl/').pathname.slice(1);
}

function isTrue(value: string | undefined): boolean {
  return value === '1' || value === 'true';
}
