import { afterEach, expect, test } from 'vitest';
import { LoadPresenter } from '../load/load-presenter.ts';
import { LoadViewer } from '../load/load-viewer.ts';
import { monotonicUs, wait } from '../platform/clock.ts';
import { JanusGateway } from './janus-gateway.ts';
import { lookForJanus } from './janus-process.ts';

const opened: { close(): Promise<void> }[] = [];

function own<T extends { close(): Promise<void> }>(closable: T): T {
  opened.push(closable);
  return closable;
}

afterEach(async () => {
  for (const closable of opened.splice(0).reverse()) await closable.close();
});

test('packets from a presenter through Janus arrive at two viewers, completely and once', async (context) => {
  const janus = lookForJanus();
  if ('obstacle' in janus) return context.skip(janus.obstacle);
  const bindAddress = janus.mediaAddress;
  const { url } = own(await JanusGateway.start({ mediaAddress: bindAddress, eventLoops: 0 }));
  const target = { url, bindAddress };
  const channel = 'bench-janus';
  await expect(LoadViewer.join(target, channel)).rejects.toMatchObject({ code: 'not-live' });
  const presenter = own(await LoadPresenter.start(target, { key: 'no key needed', channel }));
  await presenter.waitForLive();
  const viewers = [own(await LoadViewer.join(target, channel)), own(await LoadViewer.join(target, channel))];
  for (const viewer of viewers) expect(await viewer.waitForVideo()).toBeGreaterThan(0);
  const fromUs = monotonicUs();
  const span = { fromUs, toUs: fromUs + 1e6 };
  const sent = presenter.measure(span);
  const received = viewers.map((viewer) => viewer.measure(span));
  await wait(1_500);
  expect(sent.packets).toBeGreaterThan(200);
  for (const measurement of received) expect(measurement.packets).toBe(sent.packets);
  for (const { counters } of viewers) {
    expect(counters.video).toMatchObject({ missing: 0, duplicates: 0, streams: 1 });
    expect(counters.audio).toMatchObject({ missing: 0, duplicates: 0, streams: 1 });
  }
  expect(presenter.counters.keyframeRequests).toBeGreaterThan(0);
});
