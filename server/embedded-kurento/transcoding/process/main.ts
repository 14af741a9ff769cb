import { Socket } from 'node:net';
import { inspect } from 'node:util';
import { type Command, PipeReader, writeFrame, writeJson } from '../pipe-messages.ts';
import { loadAv } from './av-library.ts';
import { Transcoder } from './transcoder.ts';

/*
 * The transcoder, a process of its own: packets must not wait while pictures are encoded, and a fault in native code
 * must not end what is forwarded. It talks to the media server through file descriptor 4, and ends with it.
 */

const pipeDescriptor = 4;
/** Frames that the media server does not take wait here; beyond this many bytes, pictures are dropped. */
const maxWaitingBytes = 8 * 1024 * 1024;

/** Prints the sentence, which the media server writes into its log, and exits. */
function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

async function main(): Promise<void> {
  // The media server gets the same signals, and still needs this process while it ends.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
  process.once('disconnect', () => process.exit(0));
  const library = await loadAv();
  const pipe = new Socket({ fd: pipeDescriptor });
  const transcoder = new Transcoder(library, {
    report: (report) => pipe.write(writeJson(report)),
    frame: (frame) => {
      if (pipe.writableLength < maxWaitingBytes) pipe.write(writeFrame(frame));
    },
  });
  const reader = new PipeReader<Command>(({ json, frame }) => {
    if (frame === null) transcoder.execute(json);
    else transcoder.take(frame);
  });
  pipe.on('data', (chunk) => reader.push(chunk));
  pipe.on('error', () => process.exit(0));
  pipe.on('close', () => process.exit(0));
  pipe.write(writeJson({ say: 'ready' }));
}

process.on('uncaughtException', (error) => fail(`The transcoder has a fault and ends: ${inspect(error)}`));
main().catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
