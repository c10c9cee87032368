import type { SeededRandom } from './seeded-random.js';

/** What a shop knows about a customer besides the number: the other cells of the row. */
export interface CustomerCells {
  name: string;
  memberNumber: string;
  points: string;
  note: string;
}

const SURNAMES = '陳林黃張李王吳劉蔡楊許鄭謝郭洪曾邱廖賴周徐蘇葉莊呂江何蕭羅高'.split('');
const GIVEN_NAMES =
  '怡君 雅婷 志明 淑芬 家豪 宗翰 欣怡 建宏 美玲 俊傑 詩涵 冠宇 佳穎 承恩 思妤 柏翰 雅雯 文雄 麗華'.split(' ');
const FIRST_NAMES = 'Amy Kevin Jessica Jason Vivian Eric Grace Peter Annabelle Christopher Joyce Leo'.split(
  ' ',
);
const LAST_NAMES = 'Chen Lin Huang Chang Lee Wang Wu Tsai Yang Montgomery-Featherstone'.split(' ');

const NOTES = [
  '門市取貨：台北, 信義店',
  '生日當月可享八折',
  '自稱 "老王", 請稱呼王董',
  '宅配地址：\n台中市西區公益路 68 號',
  '需開三聯式發票，請於出貨前一日\n以電話確認，謝謝',
  'VIP, prefers English',
  '訂購 "城南舊事" 與 "Pride, Prejudice" 各一本，到貨後請保留七天，並請一併通知同住的家人代為取件，感謝您',
];

/** Cells of one customer; several in ten have an empty one somewhere, as real lists do. */
export function drawCustomer(random: SeededRandom, memberNumber: string): CustomerCells {
  return {
    name: random.chance(0.02) ? '' : drawName(random),
    memberNumber,
    points: random.chance(0.05) ? '' : String(random.integer(0, 30_000)),
    note: random.chance(0.75) ? '' : random.pick(NOTES),
  };
}

function drawName(random: SeededRandom): string {
  if (random.chance(0.75)) return random.pick(SURNAMES) + random.pick(GIVEN_NAMES);
  const [first, last] = [random.pick(FIRST_NAMES), random.pick(LAST_NAMES)];
  return random.chance(0.3) ? `${last}, ${first}` : `${first} ${last}`;
}
