import type { TextLocale } from '#otp';

const CHINESE_COUNTRIES = new Set(['TW', 'HK', 'MO']);

/**
 * The language of the text with the code: the first language the browser asks for, when it is one of ours; otherwise
 * what people at that number most likely read.
 *
 * @param acceptLanguage value of the Accept-Language header
 */
export function chooseTextLocale(acceptLanguage: string | undefined, country: string): TextLocale {
  const first = acceptLanguage?.split(/[,;]/)[0]?.trim().toLowerCase() ?? '';
  if (first === 'zh' || first.startsWith('zh-')) return 'zh-TW';
  if (first === 'en' || first.startsWith('en-')) return 'en';
  return CHINESE_COUNTRIES.has(country) ? 'zh-TW' : 'en';
}
