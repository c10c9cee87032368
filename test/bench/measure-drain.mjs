import { BenchProcess } from './bench-process.mjs';
import { parseId } from '../../dist/libs/domain/index.js';
import { findFreePort } from '../../dist/libs/platform/index.js';
import { House } from './house.mjs';
import { waitForExpansion } from './measure-expand.mjs';
import { runSmppLoop } from './smpp-baseline.mjs';
import { waitUntil } from './wait-until.mjs';

const FLOOR = 0.25;
const POLL_MS = 250;
const BASELINE_WINDOW = 100;
/** The link to the simulator that `npm start` makes. */
const OUR_LINK = 'name=simulator&window=300&binds=2';
/** Messages that warm the simulator up before anybody is measured against it. */
const WARM_UP = 3_000;

/** @param {[number, number]} receiptDelayMs */
export async function startCarrier(receiptDelayMs) {
  const ports = { SIMULATOR_SMPP_PORT: await findFreePort(), SIMULATOR_PORT: await findFreePort() };
  const carrier = await BenchProcess.start(
    'simulator',
    Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)])),
  );
  const { httpUrl, smppPort } = carrier.ready;
  const answer = await fetch(`${httpUrl}/simulator/api/behaviour`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ receiptDelayMs, magicNumbers: false }),
  });
  if (!answer.ok) throw new Error(`The simulator refused its behaviour: ${await answer.text()}`);
  await runSmppLoop({ port: smppPort, count: WARM_UP, window: BASELINE_WINDOW });
  return { smppPort, stop: () => carrier.stop() };
}

/**
 * A broadcast from its first submit until it is done: every message sent, receipted, settled in the ledger. Beside it
 * the npm package `smpp` against the same simulator, with a receipt per message and nothing else to do.
 *
 * @param {{name: string, redisUrl?: string}} queue
 */
export async function measureDrain(bench, count, carrier, { name, redisUrl }) {
  const baselineSeconds = await runSmppLoop({ port: carrier.smppPort, count, window: BASELINE_WINDOW });
  const house = await House.open(bench, `bench_drain_${name.toLowerCase()}`, redisUrl);
  try {
    const campaignId = await prepareMessages(house, count);
    const oursSeconds = await drain(house, campaignId, count, carrier);
    await house.proveLedger();
    await house.stopWorkers();
    return {
      work: `drain with receipts, queue on ${name}`,
      baseline: 'npm smpp in a loop',
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

/** A campaign with all its messages waiting: expanding them is measured elsewhere. @returns its id */
async function prepareMessages(house, count) {
  const campaignId = await house.prepareCampaign(await house.createFilledList(count), count);
  await house.startWorker({ WORKER_LANES: 'preparation,housekeeping' });
  await house.launch(campaignId);
  await waitForExpansion(house, campaignId);
  await house.stopWorkers();
  await house.db.query('CHECKPOINT');
  return campaignId;
}

/** @returns seconds from the first submit until the campaign was done */
async function drain(house, campaignId, count, { smppPort }) {
  await house.startWorker({ SMPP_URL: `smpp://carillon:carillon@127.0.0.1:${smppPort}?${OUR_LINK}` });
  const ended = await waitUntil(
    'the end of the broadcast',
    () => house.client.get(`/v1/campaigns/${campaignId}`),
    ({ finishedAt }) => finishedAt !== null,
    POLL_MS,
  );
  const { status, counters, points } = ended;
  if (status !== 'done' || counters.delivered !== count || points.captured !== String(count))
    throw new Error(`The broadcast ended wrongly: ${JSON.stringify(ended)}`);
  const { rows } = await house.db.query(
    `SELECT extract(epoch FROM finished_at - (SELECT min(submitted_at) FROM batches WHERE campaign_id = $1))::float8
            AS seconds FROM campaigns WHERE id = $1`,
    [parseId('cmp', campaignId)],
  );
  return rows[0].seconds;
}
