/*
 * The far end of a virtual loudspeaker: reads samples at the pace of a real one and stores them in the given folder.
 * ALSA starts one process for every open stream: https://www.alsa-project.org/alsa-doc/alsa-lib/pcm_plugins.html
 */
import { openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const bytesPerMs = 48 * 2 * 2;
const kept = openSync(join(process.argv[2] ?? '.', `${process.pid}.pcm`), 'w');
const piece = Buffer.alloc(bytesPerMs * 20);
const sleeper = new Int32Array(new SharedArrayBuffer(4));
const began = Date.now();
let played = 0;
for (;;) {
  const length = readSync(0, piece, 0, piece.length, null);
  if (length === 0) break;
  writeSync(kept, piece, 0, length);
  played += length;
  const aheadMs = played / bytesPerMs - (Date.now() - began);
  if (aheadMs > 0) Atomics.wait(sleeper, 0, 0, aheadMs);
}
