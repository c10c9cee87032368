import { makePhones, World } from './world.js';
import { createWorker } from '#apps/worker';
import { loadSettings } from '#platform';
import { pino } from 'pino';
import { writeFileSync } from 'node:fs';
it('moves on redis', async () => {
  const world = await World.start({ queue: 'redis' });
  world.worker = await createWorker(loadSettings({ NODE_ENV: 'test', ...world.environment }), pino({ level: 'debug' }, pino.destination('/tmp/fz/worker.log')));
  const account = await world.createAccount(5_000);
  const listId = await world.createList(account, makePhones(100));
  const campaignId = await world.createCampaign(account, { listIds: [listId] });
  const launch = await world.act(account, campaignId, 'launch', 'launch-1');
  console.log(launch.text);
  try {
  const done = await world.waitUntil(account, campaignId, 'x', ({ finishedAt }) => Boolean(finishedAt), 8000);
  console.log(JSON.stringify(done)); } catch (e) { console.log(String(e)); }
  console.log(JSON.stringify(await world.api.database.runSystemStatement('select name, payload from outbox')));
  console.log(JSON.stringify(await world.api.database.runSystemStatement('select id::text, state, queued_count,epoch from batches')));
  writeFileSync('/tmp/fz/api.log', world.api.logLines.join(''));
  await world.stop();
}, 40000);
