import { expect, it } from 'vitest';
import { FlowMonitor } from '../graph/media-flow.ts';
import { openMediaEngine } from '../media/media-engine.ts';
import { silentLog } from '../testing/silent-log.ts';
import { Transcoding } from '../transcoding/transcoding.ts';
import { EventHub } from './event-hub.ts';
import { MediaPipeline } from './media-pipeline.ts';

it('R161: an event that cannot be delivered to one session reaches all others', () => {
  const delivered: string[] = [];
  const failures: unknown[] = [];
  const events = new EventHub(
    (sessionId) => {
      if (sessionId === 'broken') throw new Error('This socket is broken');
      delivered.push(sessionId);
    },
    (error) => failures.push(error),
  );
  const engine = openMediaEngine({ log: silentLog, portRange: { min: 40_000, max: 40_001 } });
  const flow = new FlowMonitor(silentLog);
  const transcoding = new Transcoding(silentLog, 0);
  const pipeline = new MediaPipeline({ events, engine, flow, transcoding, log: silentLog, recordingsRoot: '/' });
  for (const session of ['first', 'broken', 'last']) events.subscribe(session, pipeline, 'Error');
  pipeline.emit('Error', { errorCode: 1 });
  expect(delivered).toEqual(['first', 'last']);
  expect(failures).toHaveLength(1);
  engine.close();
  flow.close();
});
