import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the ports that a system hands out by itself: on Linux from 32768, elsewhere from 49152. */
const fixedPorts = { min: 20_000, max: 32_000 };

/** For tests of programs that must be told their port: a TCP port that was free a moment ago. */
export async function freeTcpPort(): Promise<number> {
  for (;;) {
    const port = randomInt(fixedPorts.min, fixedPorts.max);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, resolve);
    });
    return true;
  } catch {
    return false;
  } finally {
    await new Promise<void>((resolve) => void server.close(() => resolve()));
  }
}
