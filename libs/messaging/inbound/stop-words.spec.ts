import { isStopWord } from './stop-words.js';

describe('stop words', () => {
  it.each(['STOP', ' stop. ', 'ＳＴＯＰ', '退訂', '「退訂」', 'Opt-out', 'Unsubscribe!'])(
    '%s asks to be left alone',
    (text) => {
      expect(isStopWord(text)).toBe(true);
    },
  );

  it.each(['Please stop by tomorrow', 'nonstop', '我要訂', ''])('%s does not', (text) => {
    expect(isStopWord(text)).toBe(false);
  });
});
