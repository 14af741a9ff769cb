import { JanusGateway } from './janus-gateway.ts';

/*
 * Janus and its gateway in a process of its own. Its words are the address that Janus takes media on, and how many
 * threads all peers share.
 */

const [mediaAddress = '', eventLoops] = process.argv.slice(2);
const gateway = await JanusGateway.start({ mediaAddress, eventLoops: Number(eventLoops) });
console.log(`  Janus is process ${gateway.janusPid}; its gateway is listening on ${gateway.url}`);
for (const event of ['SIGTERM', 'SIGINT', 'disconnect'] as const) {
  process.once(event, () => void gateway.close().then(() => process.exit(0)));
}
