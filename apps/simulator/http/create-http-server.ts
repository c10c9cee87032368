import { fastify, type FastifyInstance } from 'fastify';
import type { Logger } from '#platform';
import type { BehaviourStore } from '../behaviour/behaviour-store.js';
import type { ReplySender } from '../phones/reply-sender.js';
import { addBehaviourRoutes } from './behaviour-routes.js';
import { addPageRoutes } from './page-routes.js';
import { addPhoneRoutes } from './phone-routes.js';
import { installProblems } from './problem.js';
import { addProofRoutes, type Proofs } from './proof-routes.js';

const MAX_BODY_BYTES = 65_536;

export interface HttpParts extends Proofs {
  behaviours: BehaviourStore;
  replies: ReplySender;
  reset: () => void;
}

/** The page and the API of the simulator, everything under /simulator. Not yet listening. */
export function createHttpServer(parts: HttpParts, logger: Logger): FastifyInstance {
  const server = fastify({ bodyLimit: MAX_BODY_BYTES, forceCloseConnections: true });
  installProblems(server, logger);
  addPageRoutes(server);
  server.register(
    async (api) => {
      addPhoneRoutes(api, parts.phones, parts.replies, parts.reset);
      addBehaviourRoutes(api, parts.behaviours);
      addProofRoutes(api, parts);
    },
    { prefix: '/simulator/api' },
  );
  return server;
}
