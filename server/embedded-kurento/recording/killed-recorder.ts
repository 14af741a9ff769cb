import { performance } from 'node:perf_hooks';
import { openFileRecording } from './file-recording.ts';
import { h264, TestShow, TestSource, vp8 } from './recording-rig.ts';

/*
 * For tests: a process that records a show to the file it is told, in real time, until it is killed; of H.264 if the
 * file is no WebM. It says how far it was fed, in milliseconds of the show.
 */

const [, , path = ''] = process.argv;
const listener = { started: () => {}, failed: () => process.exit(1) };
const isWebm = path.endsWith('.webm');
const recording = openFileRecording({ path, profile: isWebm ? 'WEBM' : 'MKV', listener, log: () => {} });
const show = Object.assign(new TestShow(new TestSource('video', isWebm ? vp8 : h264)), { startMs: performance.now() });
recording.sinks.video.setSource(show.video);
recording.sinks.audio.setSource(show.audio);
recording.record();

let fedMs = 0;
setInterval(() => {
  const nowMs = Math.floor((performance.now() - show.startMs) / 20) * 20;
  show.run(fedMs, nowMs);
  fedMs = nowMs;
  process.send?.(fedMs);
}, 20);
process.on('disconnect', () => process.exit());
