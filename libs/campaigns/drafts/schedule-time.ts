import { DomainError } from '#domain';

const LOCAL_TIME = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2}))?$/;

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
  const [year, month, day, hour, minute, second] = local.slice(1).map((part) => Number(part ?? 0));
  const wanted = Date.UTC(year ?? 0, (month ?? 1) - 1, day ?? 1, hour ?? 0, minute ?? 0, second ?? 0);
  // The offset at the instant may differ from the one at the guess when a clock change lies between: a second step settles it.
  const guess = wanted - offsetAt(wanted, timeZone);
  const instant = wanted - offsetAt(guess, timeZone);
  if (instant + offsetAt(instant, timeZone) !== wanted) {
    throw invalid('scheduleAt', `There is no such time in ${timeZone}: the clocks go forward over it.`);
  }
  return new Date(instant);
}

function parseInstant(text: string): Date {
  const hasOffset = /(?:Z|[+-]\d{2}:?\d{2})$/.test(text);
  const instant = new Date(text);
  if (!hasOffset || Number.isNaN(instant.getTime())) {
    throw invalid('scheduleAt', 'Write the time like 2026-12-01T09:00:00+08:00.');
  }
  return instant;
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
