/** Languages that codes are sent in. */
export type TextLocale = 'en' | 'zh-TW';

/** Must appear in every text, half-width: carriers in Taiwan drop what does not name its sender. */
const SENDER_NAME = 'Carillon';

/** The text with a code; one part in either language. */
export function writeCodeText(locale: TextLocale, code: string, lifeSeconds: number): string {
  const minutes = Math.max(1, Math.floor(lifeSeconds / 60));
  return locale === 'zh-TW'
    ? `${SENDER_NAME}：您的驗證碼是 ${code}，${minutes} 分鐘內有效。請勿將驗證碼告訴任何人。`
    : `${SENDER_NAME}: your code is ${code}. It is valid for ${minutes} minutes. Do not share it with anyone.`;
}
