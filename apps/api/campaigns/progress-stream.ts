import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import type { CampaignProgress } from '#campaigns';
import type { Logger } from '#platform';
import { presentProgress } from './campaigns.dto.js';

const POLL_MS = 1_000;
/** Proxies drop a silent connection: a comment keeps it open. */
const SILENCE_MS = 15_000;
/** Streams end after this; browsers reconnect by themselves. */
const MAX_STREAM_MS = 60 * 60_000;

/**
 * Writes the progress of a campaign as server-sent events until it is finished, the client goes away or the api stops.
 * @param stopping aborted when the api stops: an open stream would hold the process up
 */
export async function streamProgress(
  reply: FastifyReply,
  read: () => Promise<CampaignProgress>,
  stopping: AbortSignal,
  logger: Logger,
): Promise<void> {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  const signal = AbortSignal.any([gone.signal, stopping]);
  reply.hijack();
  reply.raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  try {
    await writeEvents(reply, read, signal);
  } catch (error) {
    // The headers are out: the client learns of the failure by the end of the stream and connects again.
    if (!signal.aborted) logger.warn({ err: error }, 'an event stream broke off');
  } finally {
    reply.raw.end();
  }
}

async function writeEvents(
  reply: FastifyReply,
  read: () => Promise<CampaignProgress>,
  signal: AbortSignal,
): Promise<void> {
  const endsAt = Date.now() + MAX_STREAM_MS;
  let last = '';
  let wroteAt = 0;
  while (!signal.aborted && Date.now() < endsAt) {
    const progress = await read();
    const data = JSON.stringify(presentProgress(progress));
    if (data !== last) {
      reply.raw.write(`event: progress\ndata: ${data}\n\n`);
      wroteAt = Date.now();
      last = data;
    } else if (Date.now() - wroteAt > SILENCE_MS) {
      reply.raw.write(': still here\n\n');
      wroteAt = Date.now();
    }
    if (progress.campaign.finishedAt) {
      reply.raw.write(`event: end\ndata: ${data}\n\n`);
      return;
    }
    await delay(POLL_MS, undefined, { signal });
  }
}
