import type { FastifyInstance } from 'fastify';
import { type Behaviour, behaviourPatchSchema } from '../behaviour/behaviour.js';
import type { BehaviourStore } from '../behaviour/behaviour-store.js';
import { MAGIC_SUFFIXES } from '../behaviour/magic-suffixes.js';
import { readInput } from './problem.js';

const magicSuffixes = Object.fromEntries(
  Object.entries(MAGIC_SUFFIXES).map(([suffix, { meaning }]) => [suffix, meaning]),
);

/** How the carrier behaves: read it, change some of it, put it back to normal. */
export function addBehaviourRoutes(server: FastifyInstance, behaviours: BehaviourStore): void {
  const show = (behaviour: Readonly<Behaviour>) => ({ ...behaviour, magicSuffixes });

  server.get('/behaviour', () => show(behaviours.current));
  server.put('/behaviour', (request) =>
    show(behaviours.change(readInput(behaviourPatchSchema, request.body))),
  );
  server.delete('/behaviour', () => show(behaviours.reset()));
}
