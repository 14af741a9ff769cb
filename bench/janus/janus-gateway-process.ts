import { JanusGateway } from './janus-gateway.ts';

/*
 * Janus and its gateway in a separate process. The arguments are the address on which Janus accepts media, and how many
 * threads all peers share.
 */

const [mediaAddress = '', eventLoops] = process.argv.slice(2);
const gateway = await JanusGateway.start({ mediaAddress, eventLoops: Number(eventLoops) });
console.log(`  Janus is process ${gateway.janusPid}; its gateway is listening on ${gateway.url}`);
for (const event of ['SIGTERM', 'SIGINT', 'disconnect'] as const) {
  process.once(event, () => void gateway.close().then(() => process.exit(0)));
}
