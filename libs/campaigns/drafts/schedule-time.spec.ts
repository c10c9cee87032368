import { parseScheduleTime } from './schedule-time.js';

describe('the time of a scheduled campaign', () => {
  it.each([
    ['2026-12-01T09:00:00+08:00', undefined, '2026-12-01T01:00:00.000Z'],
    ['2026-12-01T09:00:00Z', 'Asia/Taipei', '2026-12-01T09:00:00.000Z'],
    ['2026-12-01T09:00', 'Asia/Taipei', '2026-12-01T01:00:00.000Z'],
    ['2026-07-01T09:00:30', 'America/New_York', '2026-07-01T13:00:30.000Z'],
    ['2026-03-08T03:30', 'America/New_York', '2026-03-08T07:30:00.000Z'],
    ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T01:30:00.000Z'],
  ])('%s in %s is %s', (text, zone, instant) => {
    expect(parseScheduleTime(text, zone).toISOString()).toBe(instant);
  });

  it.each([
    ['2026-03-08T02:30', 'America/New_York', 'scheduleAt'],
    ['2026-12-01T09:00', undefined, 'scheduleAt'],
    ['2026-12-01T09:00', 'Mars/Olympus', 'timeZone'],
    ['tomorrow', 'Asia/Taipei', 'scheduleAt'],
    ['2026-12-01', undefined, 'scheduleAt'],
    ['2026-02-31T09:00', 'Asia/Taipei', 'scheduleAt'],
    ['2026-02-31T09:00:00+08:00', undefined, 'scheduleAt'],
    ['2026-13-01T09:00', 'Asia/Taipei', 'scheduleAt'],
    ['2026-12-01T24:30', 'Asia/Taipei', 'scheduleAt'],
    ['2026-12-01T09:60:00Z', undefined, 'scheduleAt'],
    ['1 Dec 2026 09:00 +08:00', undefined, 'scheduleAt'],
    ['0 Z', undefined, 'scheduleAt'],
  ])('refuses %s in %s, naming %s', (text, zone, field) => {
    expect(() => parseScheduleTime(text, zone)).toThrow(
      expect.objectContaining({
        code: 'campaigns.schedule_invalid',
        fields: [expect.objectContaining({ field })],
      }) as Error,
    );
  });
});
