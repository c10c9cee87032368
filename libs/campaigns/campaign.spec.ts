import { CAMPAIGN_ACTIONS, requireAction, type CampaignState } from './campaign.js';

const states: CampaignState[] = ['draft', 'scheduled', 'sending', 'paused', 'cancelled', 'done'];

describe('campaign states', () => {
  it('let nothing happen to a campaign that is done', () => {
    const possible = Object.entries(CAMPAIGN_ACTIONS).filter(([, from]) => from.includes('done'));
    expect(possible).toEqual([]);
  });

  it('let a cancelled campaign only finish', () => {
    const possible = Object.entries(CAMPAIGN_ACTIONS).filter(([, from]) => from.includes('cancelled'));
    expect(possible.map(([action]) => action)).toEqual(['finish']);
  });

  it('never let a launched campaign be edited or launched again', () => {
    expect(CAMPAIGN_ACTIONS.edit).toEqual(['draft']);
    expect(CAMPAIGN_ACTIONS.launch).toEqual(['draft']);
  });

  it('say what the campaign is when an action does not fit', () => {
    expect(() => requireAction({ state: 'done' }, 'pause')).toThrow(
      expect.objectContaining({
        code: 'campaigns.state_conflict',
        sentence: expect.stringContaining('is done') as string,
      }) as Error,
    );
  });

  it.each(states.filter((state) => state !== 'done' && state !== 'draft'))('lead out of %s', (state) => {
    expect(Object.values(CAMPAIGN_ACTIONS).some((from) => from.includes(state))).toBe(true);
  });
});
