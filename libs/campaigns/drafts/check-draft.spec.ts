import { isDomainError } from '#domain';
import type { DraftFields } from '../campaign.repository.js';
import { checkDraft, checkSchedule } from './check-draft.js';

const NOW = new Date('2026-03-01T00:00:00Z');
const DAY_MS = 86_400_000;
const draft = (fields: Partial<DraftFields> = {}): DraftFields => ({
  name: 'Spring',
  listIds: ['018f0000-0000-7000-8000-000000000001'],
  body: 'Hi {{name|friend}}',
  sender: null,
  channel: 'sms',
  scheduleAt: null,
  ratePerSecond: null,
  onUnknown: 'leave',
  validitySeconds: 86_400,
  ...fields,
});

/** Code and field of the refusal; undefined when the draft is good. */
function findRefusal(fields: Partial<DraftFields>): [string, string | undefined] | undefined {
  try {
    checkDraft(draft(fields), NOW);
    return undefined;
  } catch (error) {
    if (!isDomainError(error)) throw error;
    return [error.code, error.fields[0]?.field];
  }
}

describe('a draft', () => {
  it.each<[string, Partial<DraftFields>, string, string]>([
    ['without a list', { listIds: [] }, 'request.invalid', 'listIds'],
    ['with 21 lists', { listIds: Array.from({ length: 21 }, String) }, 'request.invalid', 'listIds'],
    ['of blanks', { body: ' \n\t' }, 'campaigns.body_invalid', 'body'],
    ['with NUL', { body: 'a\0b' }, 'campaigns.body_invalid', 'body'],
    ['with half an emoji', { body: 'sale \ud83d' }, 'campaigns.body_invalid', 'body'],
    ['of 2,001 characters', { body: 'x'.repeat(2_001) }, 'campaigns.body_invalid', 'body'],
    ['of 11 parts for everybody', { body: '字'.repeat(671) }, 'campaigns.body_invalid', 'body'],
    ['with an open variable', { body: 'Hi {{name' }, 'campaigns.template_invalid', 'body'],
    ['with a nested variable', { body: '{{a{{b}}}}' }, 'campaigns.template_invalid', 'body'],
    ['with 51 variables', { body: '{{a}}'.repeat(51) }, 'campaigns.template_invalid', 'body'],
    ['from two digits', { sender: '12' }, 'campaigns.sender_invalid', 'sender'],
    ['from 16 digits', { sender: '1'.repeat(16) }, 'campaigns.sender_invalid', 'sender'],
    ['from 12 letters', { sender: 'LANTERNBOOKS' }, 'campaigns.sender_invalid', 'sender'],
    ['from Chinese letters', { sender: '燈籠書店' }, 'campaigns.sender_invalid', 'sender'],
    ['from punctuation', { sender: '---' }, 'campaigns.sender_invalid', 'sender'],
    ['from a line break', { sender: 'SHOP\n1' }, 'campaigns.sender_invalid', 'sender'],
    ['from nobody', { sender: '' }, 'campaigns.sender_invalid', 'sender'],
    [
      'for yesterday',
      { scheduleAt: new Date(NOW.getTime() - DAY_MS) },
      'campaigns.schedule_invalid',
      'scheduleAt',
    ],
    [
      'for the year 9999',
      { scheduleAt: new Date('9999-01-01Z') },
      'campaigns.schedule_invalid',
      'scheduleAt',
    ],
  ])('%s is refused', (_, fields, code, field) => {
    expect(findRefusal(fields)).toEqual([code, field]);
  });

  it.each<[string, Partial<DraftFields>]>([
    ['from a short code', { sender: '688' }],
    ['from a number', { sender: '+886900000001' }],
    ['from a name', { sender: 'Lantern-1 B' }],
    ['of ten parts', { body: '字'.repeat(670) }],
    ['whose length depends on its values', { body: `{{story}}${'字'.repeat(600)}` }],
    ['for right now', { scheduleAt: NOW }],
    ['for a year ahead', { scheduleAt: new Date(NOW.getTime() + 365 * DAY_MS) }],
  ])('%s is good', (_, fields) => {
    expect(findRefusal(fields)).toBeUndefined();
  });

  it('may be without a time', () => {
    expect(() => checkSchedule(null, NOW)).not.toThrow();
  });
});
