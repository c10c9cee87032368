import { randomBytes } from 'node:crypto';
import { checkPhones } from './check-phones.js';
import type { CustomerFile } from './customer-file.js';
import { expectMessages } from './expected-messages.js';
import { fillList } from './fill-list.js';
import type { HttpClient } from './http-client.js';
import { readPoints, writePoints } from './millipoints.js';
import { openAccount, readBalance, signInAdmin, topUp } from './open-account.js';
import { readReport, type ReportFigures } from './read-report.js';
import type { Figures } from './report-table.js';
import {
  draftCampaign,
  followCampaign,
  launchCampaign,
  previewCampaign,
  sendTest,
  sumParts,
  type CampaignView,
} from './run-campaign.js';
import type { StoryTools } from './story-tools.js';

/** Points per part that are surely enough for any destination. */
const TOP_UP_PER_PART = 3;
const TOP_UP_STEP = 1_000;

export interface StoryInput {
  file: CustomerFile;
  admin: HttpClient;
  adminCredentials: { email: string; password: string };
}

/**
 * The main job from the sign-up to the proof of the ledger. Mismatches are collected and the story goes on.
 * @throws Error when it cannot go on: a call refused, nothing moving
 */
export async function tellStory(
  tools: StoryTools,
  { file, admin, adminCredentials }: StoryInput,
): Promise<Figures> {
  const { client, phones, findings } = tools;
  const isCarrierHonest = await phones.isHonest();
  const business = await openAccount(tools);
  await signInAdmin(tools, adminCredentials, admin);
  const coupon = randomBytes(3).toString('hex').toUpperCase();
  const expected = expectMessages(file.recipients, coupon);
  const parts = sumParts(expected);
  await topUp(
    tools,
    admin,
    business.accountId,
    Math.ceil((parts * TOP_UP_PER_PART) / TOP_UP_STEP) * TOP_UP_STEP,
  );
  const list = await fillList(tools, file);

  const campaignId = await draftCampaign(tools, list.listId, coupon);
  await sendTest(tools, campaignId, business.phone);
  const balanceBefore = await readBalance(client);
  const price = await previewCampaign(tools, campaignId, expected);
  const duplicatesBefore = await phones.countDuplicateParts();
  await launchCampaign(tools, campaignId, price);
  const campaign = await followCampaign(tools, campaignId, expected.size);

  const report = await readReport(tools, campaign, expected);
  await checkPhones(tools, file, expected, coupon);
  const duplicates = (await phones.countDuplicateParts()) - duplicatesBefore;
  findings.expectEqual('parts sent twice to the carrier', duplicates, 0);
  checkCampaign(tools, { campaign, report, price, parts, file, isCarrierHonest });
  const spent = readPoints(balanceBefore.available) - readPoints((await readBalance(client)).available);
  findings.expectEqual('points taken from the balance', writePoints(spent), campaign.points.captured);
  const ledger = await proveLedger(tools, admin);

  return {
    rows: list.counts,
    importSeconds: list.importSeconds,
    recipients: campaign.messages,
    parts: campaign.parts,
    points: { held: price, captured: campaign.points.captured, released: campaign.points.released },
    messages: campaign.counters,
    messagesPerSecond: { submitted: report.submittedPerSecond, endToEnd: report.endToEndPerSecond },
    receiptDelayMs: report.receiptDelayMs,
    duplicatePartsAtCarrier: duplicates,
    ledger,
    checks: { made: findings.checks, mismatches: findings.mismatches, sentences: findings.sentences },
  };
}

interface FinishedCampaign {
  campaign: CampaignView;
  report: ReportFigures;
  price: string;
  parts: number;
  file: CustomerFile;
  isCarrierHonest: boolean;
}

/** Counters, report and points must tell the same, and with an honest carrier exactly what the list foretells. */
function checkCampaign({ findings }: StoryTools, finished: FinishedCampaign): void {
  const { campaign, report, price, parts, file, isCarrierHonest } = finished;
  const { held, captured, released } = campaign.points;
  const states = Object.fromEntries(Object.entries(campaign.counters).filter(([, count]) => count > 0));
  findings.expectEqual('status of the broadcast', campaign.status, 'done');
  findings.expectEqual('messages of the broadcast', campaign.messages, file.recipients.size);
  findings.expectEqual('parts of the broadcast', campaign.parts, parts);
  findings.expectEqual('parts in the report', report.parts, parts);
  findings.expectEqual('messages by state in the report', report.states, states);
  findings.expectEqual('points still held', held, '0');
  findings.expectEqual(
    'points captured and released, added up',
    writePoints(readPoints(captured) + readPoints(released)),
    price,
  );
  findings.expectEqual('points in the report', writePoints(report.charged), captured);
  if (isCarrierHonest) findings.expectEqual('messages by state', states, foretellStates(file));
}

function foretellStates({ recipients, special }: CustomerFile): Record<string, number> {
  const lost = special.refused + special.undelivered + special.expired;
  const states = { delivered: recipients.size - lost, ...special };
  return Object.fromEntries(Object.entries(states).filter(([, count]) => count > 0));
}

function proveLedger({ narrator, findings }: StoryTools, admin: HttpClient): Promise<Figures['ledger']> {
  return narrator.step(
    'The ledger is proven',
    async () => {
      const { isBalanced, problems } = await admin.post<Figures['ledger']>('/v1/admin/ledger-verification');
      findings.expectEqual(
        'verdict on the ledger',
        { isBalanced, problems },
        { isBalanced: true, problems: [] },
      );
      return { isBalanced, problems };
    },
    ({ isBalanced }) => (isBalanced ? 'every point accounted for' : 'NOT balanced'),
  );
}
