import { afterEach, expect, test, vi } from 'vitest';
import { monotonicUs, wait } from '../platform/clock.ts';
import { BareForwarder } from '../servers/bare-forwarder.ts';
import { LoadPresenter } from './load-presenter.ts';
import { LoadViewer } from './load-viewer.ts';
import { ResilientViewer } from './resilient-viewer.ts';

const opened: { close(): Promise<void> }[] = [];

function own<T extends { close(): Promise<void> }>(closable: T): T {
  opened.push(closable);
  return closable;
}

afterEach(async () => {
  for (const closable of opened.splice(0).reverse()) await closable.close();
});

const show = { key: 'no key needed', channel: 'bench-smoke' };

test('packets from a presenter arrive at two viewers, completely, once and with a keyframe first', async () => {
  const { url } = own(await BareForwarder.start());
  const presenter = own(await LoadPresenter.start({ url }, show));
  await presenter.waitForLive();
  const viewers = [
    own(await LoadViewer.join({ url }, show.channel)),
    own(await LoadViewer.join({ url }, show.channel)),
  ];
  for (const viewer of viewers) expect(await viewer.waitForVideo()).toBeGreaterThan(0);
  const fromUs = monotonicUs();
  const span = { fromUs, toUs: fromUs + 1e6 };
  const sent = presenter.measure(span);
  const received = viewers.map((viewer) => viewer.measure(span));
  await wait(1_500);
  expect(sent.packets).toBeGreaterThan(200);
  expect(sent.packets).toBeLessThan(250);
  for (const measurement of received) {
    expect(measurement.packets).toBe(sent.packets);
    expect(measurement.delaysUs.percentile(0.5)).toBeLessThan(100_000);
  }
  for (const { counters } of viewers) {
    expect(counters.video).toMatchObject({ missing: 0, duplicates: 0, streams: 1 });
    expect(counters.audio).toMatchObject({ missing: 0, duplicates: 0, streams: 1 });
    expect(counters.rtcpPackets).toBeGreaterThan(0);
  }
  expect(presenter.counters.keyframeRequests).toBeGreaterThan(0);
  expect(presenter.counters.keyframes).toBeGreaterThan(1);
});

test('a refused viewer leaves nothing open, and reports why', async () => {
  const { url } = own(await BareForwarder.start());
  await expect(LoadViewer.join({ url }, show.channel)).rejects.toMatchObject({ code: 'not-live' });
});

test('a resilient viewer whose socket breaks rejoins on its own, and knows how long it saw nothing', async () => {
  const { url } = own(await BareForwarder.start());
  const presenter = own(await LoadPresenter.start({ url }, show));
  await presenter.waitForLive();
  const viewer = own(ResilientViewer.watch({ url }, show.channel));
  await vi.waitFor(() => expect(viewer.pictures.sources).toBe(1), 5_000);
  const brokenMs = Date.now();
  viewer.breakOff();
  await vi.waitFor(() => expect(viewer.pictures.sources).toBe(2), 5_000);
  expect(viewer.rejoins).toBe(1);
  expect(viewer.sockets).toBe(2);
  expect(viewer.pictures.firstBeginningAfter(brokenMs)).not.toBeNull();
  expect(viewer.pictures.longestGapMs).toBeGreaterThan(0);
  expect(viewer.pictures.longestGapMs).toBeLessThan(5_000);
});
