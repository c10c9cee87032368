import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { TestClient } from './simulator.fixture-spec.js';

interface Ready {
  ready: true;
  smppPort: number;
  httpUrl: string;
}

const program = fileURLToPath(new URL('../../dist/apps/simulator/main.js', import.meta.url));

async function startProgram(): Promise<{ child: ChildProcess; ready: Ready }> {
  const child = fork(program, {
    env: { ...process.env, LOG_LEVEL: 'silent', SIMULATOR_PORT: '0', SIMULATOR_SMPP_PORT: '0' },
    execArgv: [],
  });
  const [ready] = (await once(child, 'message')) as [Ready];
  return { child, ready };
}

describe('the simulator as a process of its own, from the build', () => {
  it.each([
    ['SIGTERM', (child: ChildProcess) => child.kill('SIGTERM')],
    ['SIGINT', (child: ChildProcess) => child.kill('SIGINT')],
    ['the end of its parent', (child: ChildProcess) => child.disconnect()],
  ])('says where it listens, serves page and carrier, and ends at %s', async (_name, end) => {
    const { child, ready } = await startProgram();
    const exited = once(child, 'exit');
    const client = await TestClient.connect(ready.smppPort, 'shop', 'transceiver');
    expect(await client.submit({ destinationAddr: '886912345678' })).toMatchObject({ kind: 'accepted' });
    const page = await fetch(`${ready.httpUrl}/simulator`);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<main>')]);
    const endedAt = performance.now();
    end(child);
    expect(await exited).toEqual([0, null]);
    expect(performance.now() - endedAt).toBeLessThan(5_000);
  });
});
