import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FlowMonitor } from '../graph/media-flow.ts';
import { openMediaEngine } from '../media/media-engine.ts';
import { readRecording, TestShow } from '../recording/testing/recording-rig.ts';
import { isJsonObject } from '../rpc/json-rpc.ts';
import { silentLog } from '../testing/silent-log.ts';
import { Transcoding } from '../transcoding/transcoding.ts';
import { EventHub } from './event-hub.ts';
import { MediaPipeline } from './media-pipeline.ts';
import { ObjectRegistry } from './object-registry.ts';
import { RecorderEndpoint } from './recorder-endpoint.ts';
import type { ServerContext } from './server-context.ts';

let folder: string;
let context: ServerContext;
let told: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recorder-endpoint-'));
  told = [];
  const events = new EventHub((_session, frame) => {
    const { params } = JSON.parse(frame) as { params: { value: { type: string; data: unknown } } };
    const { type, data } = params.value;
    told.push(isJsonObject(data) && typeof data.state === 'string' ? data.state : type);
  });
  const registry = new ObjectRegistry({ created: () => {}, destroyed: () => {}, letGo: () => {} });
  const engine = openMediaEngine({ log: silentLog });
  const transcoding = new Transcoding(silentLog, 0);
  const flow = new FlowMonitor(silentLog);
  context = { registry, events, engine, flow, transcoding, log: silentLog, recordingsRoot: folder };
});

afterEach(async () => {
  await context.registry.releaseAll();
  context.flow.close();
  context.engine.close();
  await rm(folder, { recursive: true, force: true });
});

function record(stopOnEndOfStream: boolean): { recorder: RecorderEndpoint; show: TestShow } {
  const pipeline = new MediaPipeline(context);
  context.registry.add(pipeline);
  const recorder = new RecorderEndpoint(pipeline, { uri: 'show.webm', mediaProfile: 'WEBM', stopOnEndOfStream });
  context.registry.add(recorder);
  for (const type of ['UriEndpointStateChanged', 'Recording', 'Stopped']) {
    context.events.subscribe('session', recorder, type);
  }
  const show = new TestShow();
  recorder.sink('video')?.setSource(show.video);
  recorder.sink('audio')?.setSource(show.audio);
  recorder.record();
  return { recorder, show };
}

test('R74: the end of all sources stops a recorder that was made with stopOnEndOfStream', async () => {
  const { recorder, show } = record(true);
  show.run(0, 3000);
  await vi.waitFor(() => expect(told).toEqual(['START', 'Recording']));
  show.video.end();
  show.audio.end();
  await vi.waitFor(() => expect(told).toEqual(['START', 'Recording', 'STOP', 'Stopped']));
  expect(recorder.state).toBe('STOP');
  expect((await readRecording(join(folder, 'show.webm'))).video).toHaveLength(75);
});

test('R74: without it, a recorder goes on with what comes after the end', async () => {
  const { recorder, show } = record(false);
  show.run(0, 3000);
  await vi.waitFor(() => expect(told).toEqual(['START', 'Recording']));
  show.video.end();
  show.audio.end();
  show.run(3000, 4000);
  expect(recorder.state).toBe('START');
  await recorder.stopAndWait();
  expect((await readRecording(join(folder, 'show.webm'))).video).toHaveLength(100);
});
