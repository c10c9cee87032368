/**
 * What header cells are called in the lists people upload. Matched after folding: NFKC, lower case, letters and
 * digits only, so that "Mobile No.", "mobile_no" and "ＭＯＢＩＬＥ ＮＯ" are one.
 */

/** How surely a header means the number to text; the higher wins when a list has several. */
export type PhoneHeaderRank = 0 | 1 | 2 | 3;

const MOBILE_PARTS = ['mobile', 'cellphone', 'cellular', 'handphone', 'msisdn', 'smartphone'];
const MOBILE_PARTS_CJK = [
  '手機',
  '手机',
  '行動電話',
  '行动电话',
  '移动电话',
  '門號',
  '门号',
  '手提電話',
  '携帯',
];
const MOBILE_NAMES = [
  'cell',
  'cellno',
  'cellnumber',
  'mob',
  'mobno',
  'sms',
  'smsnumber',
  'gsm',
  '行動',
  '移動電話',
];

const LANDLINE_PARTS = [
  'landline',
  'homephone',
  'workphone',
  'officephone',
  'telephone',
  'phonehome',
  'phonework',
];
const LANDLINE_PARTS_CJK = [
  '市話',
  '市内电话',
  '市內電話',
  '室內電話',
  '住家',
  '住宅',
  '家用',
  '公司電話',
  '固定電話',
];
const LANDLINE_NAMES = ['tel', 'telno', 'telnumber', 'fixed'];

const PHONE_PARTS = ['phone', '電話', '电话', '號碼', '号码'];
const PHONE_NAMES = [
  'number',
  'num',
  'contact',
  'contactno',
  'contactnumber',
  'recipient',
  'recipients',
  'to',
  'e164',
];
const PHONE_NAMES_CJK = ['聯絡方式', '連絡方式', '联系方式', '收件人', '收訊人', '受話人'];

/** A header with one of these speaks about a phone or a number, but does not hold the one to text. */
const OTHER_PARTS = [
  'type',
  'model',
  'brand',
  'email',
  'mail',
  'fax',
  'carrier',
  'operator',
  'countrycode',
  'verified',
];
const OTHER_PARTS_CJK = [
  '型號',
  '品牌',
  '廠牌',
  '傳真',
  '信箱',
  '電信',
  '國碼',
  '區碼',
  '統一編號',
  '身分證',
  '訂單',
];
const OTHER_PARTS_NUMBER = ['會員號碼', '卡號', '發票', '車牌', '證號'];

const OTHER_HEADERS = new Set(
  'name fullname firstname lastname surname customer client company email city address country birthday gender note'
    .split(' ')
    .concat(
      '姓名 名字 客戶 顧客 會員 稱呼 公司 信箱 地址 縣市 城市 生日 性別 備註 编号 編號 序號'.split(' '),
    ),
);

const includesAny = (text: string, ...lists: readonly string[][]) =>
  lists.some((list) => list.some((part) => text.includes(part)));

/** 3 for a mobile number, 2 for a phone number of any kind, 1 for a landline, 0 for anything else. */
export function rankPhoneHeader(header: string): PhoneHeaderRank {
  const name = foldHeader(header);
  if (name === '' || includesAny(name, OTHER_PARTS, OTHER_PARTS_CJK, OTHER_PARTS_NUMBER)) return 0;
  if (MOBILE_NAMES.includes(name) || includesAny(name, MOBILE_PARTS, MOBILE_PARTS_CJK)) return 3;
  if (LANDLINE_NAMES.includes(name) || includesAny(name, LANDLINE_PARTS, LANDLINE_PARTS_CJK)) return 1;
  return includesAny(name, PHONE_PARTS) || PHONE_NAMES.includes(name) || PHONE_NAMES_CJK.includes(name)
    ? 2
    : 0;
}

/** Whether the cell is a word that heads columns, of phones or of anything else. */
export function isHeaderWord(cell: string): boolean {
  return rankPhoneHeader(cell) > 0 || OTHER_HEADERS.has(foldHeader(cell));
}

/** What headers are compared by. */
export function foldHeader(header: string): string {
  return header
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}
