import { SaxesParser } from 'saxes';
import { isDomainError } from '#domain';
import { refuseFile } from './import-refusal.js';

/** Nesting that no part of a real workbook comes near. */
const DEPTH = 64;

/**
 * Characters that may go by without a tag being completed. The parser below keeps an unfinished tag, comment or text
 * in memory, so this bounds what a part made of one endless comment can take.
 */
const SILENT_CHARS = 256 * 1024;

export type XmlAttributes = Readonly<Record<string, string>>;

export interface XmlListener {
  open?(name: string, attributes: XmlAttributes): void;
  text?(text: string): void;
  close?(name: string): void;
}

/**
 * Reads the XML of a workbook part piece by piece. Names come without their namespace prefix. Document types, and
 * with them every way of declaring an entity, are refused.
 */
export class XmlReader {
  private readonly parser = new SaxesParser<{ xmlns: false; position: false }>({
    xmlns: false,
    position: false,
  });
  private depth = 0;
  private silentChars = 0;

  constructor(listener: XmlListener) {
    this.parser.on('doctype', () => {
      throw refuseXml();
    });
    this.parser.on('opentag', (tag) => {
      this.silentChars = 0;
      if (++this.depth > DEPTH) throw refuseXml();
      listener.open?.(stripPrefix(tag.name), tag.attributes);
    });
    this.parser.on('closetag', (tag) => {
      this.silentChars = 0;
      this.depth--;
      listener.close?.(stripPrefix(tag.name));
    });
    const onText = (text: string) => listener.text?.(text);
    this.parser.on('text', onText);
    this.parser.on('cdata', onText);
  }

  /** Takes the next piece; the listener is called before this returns. */
  push(text: string): void {
    this.silentChars += text.length;
    this.run(() => this.parser.write(text));
    if (this.silentChars > SILENT_CHARS) throw refuseXml();
  }

  /** Says that the part is over. */
  end(): void {
    this.run(() => this.parser.close());
  }

  private run(step: () => void): void {
    try {
      step();
    } catch (error) {
      throw isDomainError(error) ? error : refuseXml(error);
    }
  }
}

/** Reads a small part from beginning to end. */
export async function readXml(text: AsyncIterable<string>, listener: XmlListener): Promise<void> {
  const reader = new XmlReader(listener);
  for await (const piece of text) reader.push(piece);
  reader.end();
}

function stripPrefix(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}

function refuseXml(cause?: unknown): Error {
  return refuseFile(
    'imports.archive_refused',
    'The spreadsheet holds XML that is damaged or not allowed. Save the list as CSV and upload that.',
    cause,
  );
}
