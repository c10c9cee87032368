import { DomainError } from '#domain';
import type { CampaignEstimate } from './estimates/estimate.js';

export type CampaignState = 'draft' | 'scheduled' | 'sending' | 'paused' | 'cancelled' | 'done';

/** What a person or a job may do with a campaign. */
export type CampaignAction =
  'edit' | 'launch' | 'reschedule' | 'start' | 'pause' | 'resume' | 'cancel' | 'finish';

/** From which states each action is possible. Data, so that one test can walk all of it. */
export const CAMPAIGN_ACTIONS: Readonly<Record<CampaignAction, readonly CampaignState[]>> = {
  edit: ['draft'],
  launch: ['draft'],
  reschedule: ['scheduled'],
  start: ['scheduled'],
  pause: ['scheduled', 'sending'],
  resume: ['paused'],
  cancel: ['scheduled', 'sending', 'paused'],
  finish: ['sending', 'paused', 'cancelled'],
};

/** Why a campaign was paused by the system; null when a person did it. */
export type PauseReason = 'credits.insufficient' | 'schedule.missed' | null;

export interface Campaign {
  /** uuid */
  id: string;
  accountId: string;
  name: string;
  listIds: string[];
  body: string;
  sender: string | null;
  channel: 'sms';
  scheduleAt: Date | null;
  ratePerSecond: number | null;
  onUnknown: 'leave' | 'resend';
  validitySeconds: number;
  state: CampaignState;
  pauseReason: PauseReason;
  revision: number;
  estimate: CampaignEstimate | null;
  estimateKey: string | null;
  prices: unknown;
  undeliveredPolicy: 'capture' | 'release';
  holdId: string | null;
  /** Millipoints held so far. */
  held: bigint;
  isExpanded: boolean;
  expandCursor: string | null;
  expandEpoch: number;
  /** Millipoints of the messages expanded so far. */
  expandedPrice: bigint;
  createdAt: Date;
  launchedAt: Date | null;
  startedAt: Date | null;
  pausedAt: Date | null;
  finishedAt: Date | null;
}

/** @throws DomainError campaigns.state_conflict, saying what the campaign is and what it would have to be */
export function requireAction(campaign: Pick<Campaign, 'state'>, action: CampaignAction): void {
  const allowed = CAMPAIGN_ACTIONS[action];
  if (allowed.includes(campaign.state)) return;
  throw new DomainError('campaigns.state_conflict', {
    sentence: `This campaign is ${campaign.state}; to ${action} it, it must be ${allowed.join(' or ')}.`,
  });
}
