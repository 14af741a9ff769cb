import { expect, test, vi } from 'vitest';
import { broadcastView, settle } from '../testing/signaling-doubles.ts';
import { PresenterStatusReporter } from './presenter-status-reporter.ts';

/** A server that accepts every report, and can be away. */
function setUp() {
  const server = { view: broadcastView(), isAway: false };
  const told: unknown[] = [];
  const take = async (change: Partial<typeof server.view>) => {
    told.push(change);
    await Promise.resolve();
    if (server.isAway) throw new Error('The connection is broken.');
    server.view = { ...server.view, ...change };
    reporter.acknowledge(server.view);
  };
  const reporter: PresenterStatusReporter = new PresenterStatusReporter({
    camera: vi.fn((cameraOn) => take({ cameraOn })),
    health: vi.fn((health, uplinkMs) => take({ presenterHealth: health, uplinkMs })),
  });
  return { reporter, server, told };
}

test('sends the server what it does not know, once and one after the other', async () => {
  const { reporter, server, told } = setUp();
  reporter.set({ health: 'good' });
  reporter.set({ cameraOn: false });
  expect(told).toEqual([]);
  reporter.acknowledge(server.view);
  await settle();
  reporter.set({ health: 'good' });
  await settle();
  expect(told).toEqual([{ cameraOn: false }, { presenterHealth: 'good', uplinkMs: null }]);
});

test('reports the latency when it has changed noticeably', async () => {
  const { reporter, server, told } = setUp();
  reporter.acknowledge(server.view);
  for (const uplinkMs of [30, 36, 45, 39, null]) {
    reporter.set({ health: 'good', uplinkMs });
    await settle();
  }
  expect(told).toEqual([30, 45, null].map((uplinkMs) => ({ presenterHealth: 'good', uplinkMs })));
});

test('reports only the newest of the changes during a report', async () => {
  const { reporter, server, told } = setUp();
  reporter.acknowledge(server.view);
  reporter.set({ cameraOn: false });
  reporter.set({ cameraOn: true });
  await settle();
  expect(told).toEqual([{ cameraOn: false }, { cameraOn: true }]);
});

test('repeats a failed report with the next view', async () => {
  const { reporter, server, told } = setUp();
  server.isAway = true;
  reporter.acknowledge(server.view);
  reporter.set({ cameraOn: false });
  await settle();
  expect(told).toHaveLength(1);
  server.isAway = false;
  reporter.acknowledge(server.view);
  await settle();
  expect(server.view.cameraOn).toBe(false);
});

test('corrects the report of an earlier device as soon as the server accepts reports', async () => {
  const { reporter, server } = setUp();
  server.view = broadcastView({ cameraOn: false });
  reporter.acknowledge(server.view);
  await settle();
  expect(server.view.cameraOn).toBe(true);
});

test('is silent while someone else presents, after the end, and after forget()', async () => {
  const { reporter, server, told } = setUp();
  reporter.acknowledge(null);
  reporter.set({ cameraOn: false });
  reporter.acknowledge({ ...server.view, phase: 'ended' });
  reporter.set({ health: 'poor' });
  reporter.forget();
  reporter.acknowledge(server.view);
  await settle();
  expect(told).toEqual([]);
});
