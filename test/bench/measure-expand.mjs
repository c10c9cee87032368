import { timeFromCheckpoint } from './bench-postgres.mjs';
import { House } from './house.mjs';
import { waitUntil } from './wait-until.mjs';

const FLOOR = 0.15;
const POLL_MS = 20;

/** A launched campaign rendered into messages by a worker without a carrier, beside one INSERT of the same rows. */
export async function measureExpand(bench, count) {
  const house = await House.open(bench, 'bench_expand');
  try {
    const campaignId = await house.prepareCampaign(await house.createFilledList(count), count);
    await house.startWorker({ WORKER_LANES: 'preparation,housekeeping' });
    const oursSeconds = await timeFromCheckpoint(house.db, async () => {
      await house.launch(campaignId);
      await waitForExpansion(house, campaignId);
    });
    await house.proveLedger();
    await house.stopWorkers();
    const baselineSeconds = await insertSelect(house, count);
    return {
      work: 'expand personalised messages',
      baseline: 'INSERT … SELECT of the rows',
      unit: 'messages',
      count,
      oursSeconds,
      baselineSeconds,
      floor: FLOOR,
      peaks: house.peaks,
    };
  } finally {
    await house.close();
  }
}

export async function waitForExpansion(house, campaignId) {
  await waitUntil(
    'the expansion',
    () => house.isExpanded(campaignId),
    ({ is_expanded: isExpanded }) => isExpanded,
    POLL_MS,
  );
}

/** The very rows the expansion made, from a table in good order into one of the same shape. @returns seconds */
async function insertSelect({ db }, count) {
  await db.query('CREATE TABLE baseline_messages (LIKE messages INCLUDING ALL) WITH (fillfactor = 75)');
  await db.query('VACUUM ANALYZE messages');
  const seconds = await timeFromCheckpoint(db, () => db.query(INSERT_SELECT));
  const { rows } = await db.query('SELECT count(*)::int AS messages FROM baseline_messages');
  if (rows[0].messages !== count) throw new Error(`There are ${rows[0].messages} messages of ${count}.`);
  return seconds;
}

/** All but the code of the sign-up: a message id is its batch's id * 512 and its place there. */
const INSERT_SELECT = `
INSERT INTO baseline_messages
SELECT * FROM messages WHERE id >= (SELECT min(id) * 512 FROM batches WHERE campaign_id IS NOT NULL)`;
