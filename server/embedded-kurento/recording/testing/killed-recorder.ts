import { performance } from 'node:perf_hooks';
import { openFileRecording } from '../file-recording.ts';
import { h264, TestShow, TestSource, vp8 } from './recording-rig.ts';

/*
 * For tests: a process that records a show to the given file, in real time, until it is killed; in H.264 if the file is
 * not WebM. It reports how far it was fed, in milliseconds of the show, and whether the recorder has reported that it
 * records. The presenter's sound may start late, in milliseconds: until then the recorder gets pictures only.
 */

/** The messages of the process. */
export type Feeding = { fedMs: number; isAnnounced: boolean };

const [, , path = '', soundAfterMs = '0'] = process.argv;
const feeding: Feeding = { fedMs: 0, isAnnounced: false };
const listener = {
  started: () => {
    feeding.isAnnounced = true;
  },
  failed: () => process.exit(1),
  ended: () => {},
};
const isWebm = path.endsWith('.webm');
const recording = openFileRecording({ path, profile: isWebm ? 'WEBM' : 'MKV', listener, log: () => {} });
const show = Object.assign(new TestShow(new TestSource('video', isWebm ? vp8 : h264)), { startMs: performance.now() });
recording.sinks.video.setSource(show.video);
recording.sinks.audio.setSource(show.audio);
recording.record();

setInterval(() => {
  const nowMs = Math.floor((performance.now() - show.startMs) / 20) * 20;
  show.run(feeding.fedMs, nowMs, (captureMs) => {
    show.sends.audio = captureMs >= Number(soundAfterMs);
  });
  feeding.fedMs = nowMs;
  process.send?.(feeding);
}, 20);
process.on('disconnect', () => process.exit());
