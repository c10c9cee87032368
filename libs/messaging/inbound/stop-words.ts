/** Words that end all further sending, in the languages of the first users (design, "Taiwan"). */
const STOP_WORDS = new Set([
  'stop',
  'stopall',
  'unsubscribe',
  'end',
  'quit',
  'cancel',
  'optout',
  'revoke',
  '退訂',
  '拒收',
  '取消訂閱',
]);

/** Whether a reply asks to be left alone: the word alone, whatever its case, width or punctuation. */
export function isStopWord(text: string): boolean {
  const word = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{P}]/gu, '');
  return STOP_WORDS.has(word);
}
