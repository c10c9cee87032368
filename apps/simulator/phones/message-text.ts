import { decodeGsm7Unpacked, decodeUcs2 } from '#domain';

/** data_coding of SMPP 3.4 §5.2.19. 0x18 is UCS-2 with a message class. */
const UCS2 = new Set([0x08, 0x18]);
/** IA5, Latin-1 and binary; binary shows its octets. */
const LATIN1 = new Set([0x01, 0x02, 0x03, 0x04, 0xf4, 0xf5, 0xf6, 0xf7]);

/** Reads the text of a message as a phone shows it. Everything not known otherwise is the GSM alphabet. */
export function decodeText(octets: string, dataCoding: number): string {
  if (LATIN1.has(dataCoding)) return octets;
  const bytes = Buffer.from(octets, 'latin1');
  return UCS2.has(dataCoding) ? decodeUcs2(bytes) : decodeGsm7Unpacked(bytes);
}
