import { DomainError } from '#domain';

const LOCAL_TIME = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2}))?$/;
const OFFSET = /(?:\.\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})$/;

/**
 * Reads a scheduled time: an instant with its offset, or a local time together with a time zone.
 *
 * @param text e.g. `2026-12-01T09:00:00+08:00`, or `2026-12-01T09:00` with a time zone
 * @param timeZone IANA name, e.g. `Asia/Taipei`
 * @throws DomainError campaigns.schedule_invalid: no such time (the hour a clock change skips), no zone, no offset
 */
export function parseScheduleTime(text: string, timeZone: string | undefined): Date {
  const local = LOCAL_TIME.exec(text);
  if (!local) return parseInstant(text);
  if (timeZone === undefined) {
    throw invalid('scheduleAt', 'Give the time an offset such as +08:00, or name a timeZone.');
  }
  const wanted = readWallClock(local);
  // The offset at the instant may differ from the one at the guess when a clock change lies between: a second step settles it.
  const guess = wanted - offsetAt(wanted, timeZone);
  const instant = wanted - offsetAt(guess, timeZone);
  if (instant + offsetAt(instant, timeZone) !== wanted) {
    throw invalid('scheduleAt', `There is no such time in ${timeZone}: the clocks go forward over it.`);
  }
  return new Date(instant);
}

function parseInstant(text: string): Date {
  const local = OFFSET.test(text) ? LOCAL_TIME.exec(text.replace(OFFSET, '')) : null;
  const instant = new Date(text);
  if (!local || Number.isNaN(instant.getTime())) {
    throw invalid('scheduleAt', 'Write the time like 2026-12-01T09:00:00+08:00.');
  }
  readWallClock(local);
  return instant;
}

/**
 * What the clock on the wall shows, as if it were UTC, ms.
 * @throws DomainError campaigns.schedule_invalid for a date that no calendar has: JavaScript would roll it over in silence
 */
function readWallClock(local: RegExpExecArray): number {
  const [year = 0, month = 0, day = 0, ...time] = local.slice(1).map((part) => Number(part ?? 0));
  const [hour = 0, minute = 0, second = 0] = time;
  const wanted = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const read = [wanted.getUTCMonth() + 1, wanted.getUTCDate(), wanted.getUTCHours(), wanted.getUTCMinutes()];
  const isReal = [month, day, hour, minute].every((part, index) => part === read[index]) && second < 60;
  if (!isReal) throw invalid('scheduleAt', 'There is no such date or time.');
  return wanted.getTime();
}

/** How far the zone's clock is ahead of UTC at an instant, ms. */
function offsetAt(instant: number, timeZone: string): number {
  const parts = Object.fromEntries(
    formatterOf(timeZone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.trunc(instant / 1000) * 1000;
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    throw invalid('timeZone', 'This is no time zone; write it like Asia/Taipei.');
  }
}

function invalid(field: string, message: string): DomainError {
  return new DomainError('campaigns.schedule_invalid', { fields: [{ field, message }] });
}
