import { JanusGateway } from './janus-gateway.ts';

/* Janus and its gateway in a process of its own. The first word is the address that Janus takes media on. */

const gateway = await JanusGateway.start(process.argv[2] ?? '');
console.log(`  Janus is process ${gateway.janusPid}; its gateway is listening on ${gateway.url}`);
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void gateway.close().then(() => process.exit(0)));
}
