import { createServer } from 'node:net';
import { StartError } from './start-error.js';

/**
 * Looks at the port before anything is started: a few seconds into the start, the same mistake would be hard to read.
 * @throws StartError when somebody listens there
 */
export async function requireFreePort(port: number, host: string): Promise<void> {
  const problem = await new Promise<NodeJS.ErrnoException | undefined>((settle) => {
    const probe = createServer();
    probe.once('error', settle);
    probe.listen(port, host, () => probe.close(() => settle(undefined)));
  });
  if (problem?.code === 'EADDRINUSE')
    throw new StartError(`Port ${port} is in use. Stop what uses it, or set PORT.`);
  if (problem?.code === 'EACCES')
    throw new StartError(`Port ${port} is not allowed for this user. Set PORT to 1024 or above.`);
  if (problem) throw new StartError(`Nothing can listen on ${host}:${port}: ${problem.message}`);
}
