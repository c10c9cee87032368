import { isDateFormat } from './cell-numbers.js';
import { readXml } from './xml-reader.js';

/** Excel itself stops at 64,000 cell formats. */
const STYLES = 65_536;

/** Reads which cell styles (the `s` of a cell) show dates. */
export async function readDateStyles(text: AsyncIterable<string>): Promise<ReadonlySet<number>> {
  const codes = new Map<number, string>();
  const dateStyles = new Set<number>();
  let isInCellFormats = false;
  let style = 0;
  await readXml(text, {
    open(name, attributes) {
      if (name === 'numFmt' && codes.size < STYLES) {
        codes.set(Number(attributes['numFmtId']), (attributes['formatCode'] ?? '').slice(0, 256));
      } else if (name === 'cellXfs') isInCellFormats = true;
      else if (name === 'xf' && isInCellFormats && style < STYLES) {
        const id = Number(attributes['numFmtId'] ?? 0);
        if (isDateFormat(id, codes.get(id))) dateStyles.add(style);
        style++;
      }
    },
    close(name) {
      if (name === 'cellXfs') isInCellFormats = false;
    },
  });
  return dateStyles;
}
