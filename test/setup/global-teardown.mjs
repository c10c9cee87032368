import { rm } from 'node:fs/promises';
import { runSql } from './global-setup.mjs';

export default async function tearDown() {
  const { server, serverUrl, template } = globalThis.carillonTests;
  if (!server) return runSql(serverUrl, `DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
  await server.stop();
  await rm(server.folder, { recursive: true, force: true });
}
