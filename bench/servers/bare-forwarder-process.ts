import { BareForwarder } from './bare-forwarder.ts';

/* The bare forwarder in its own process, so that its CPU time can be distinguished from the load client's. */

const forwarder = await BareForwarder.start();
console.log(`  The bare forwarder is listening on ${forwarder.url}`);
for (const event of ['SIGTERM', 'SIGINT', 'disconnect'] as const) {
  process.once(event, () => void forwarder.close().then(() => process.exit(0)));
}
