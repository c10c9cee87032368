import type { CustomerCells } from './customer-cells.js';

export const SENDER = 'DawnBooks';

/** Units in a UCS-2 message of one part, and in each part of a longer one; Chinese makes every text of ours UCS-2. */
const SINGLE_PART_UNITS = 70;
const JOINED_PART_UNITS = 67;

/**
 * The text of the broadcast as a customer of Carillon writes it.
 * @param coupon makes the texts of this run unlike those of any other, so that the carrier can tell a text sent twice
 */
export const writeBody = (coupon: string): string =>
  `${SENDER}：{{姓名|貴賓}} 您好，{{點數|0}} 點將於月底到期。{{備註|}}\n` +
  `憑會員編號 {{會員編號}} 與優惠碼 ${coupon} 折抵消費。`;

/** The text that one recipient must get, by our own reading of the template and not by Carillon's. */
export const expectText = (coupon: string, { name, points, note, memberNumber }: CustomerCells): string =>
  `${SENDER}：${name || '貴賓'} 您好，${points || '0'} 點將於月底到期。${note.replaceAll('\n', ' ')}\n` +
  `憑會員編號 ${memberNumber} 與優惠碼 ${coupon} 折抵消費。`;

export const countTextParts = (text: string): number =>
  text.length <= SINGLE_PART_UNITS ? 1 : Math.ceil(text.length / JOINED_PART_UNITS);
