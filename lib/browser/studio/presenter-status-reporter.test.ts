import { expect, test, vi } from 'vitest';
import { broadcastView, settle } from '../testing/signaling-doubles.ts';
import { PresenterStatusReporter } from './presenter-status-reporter.ts';

/** A server that believes what it is told, and does not always answer. */
function setUp() {
  const server = { view: broadcastView(), isAway: false };
  const told: unknown[] = [];
  const take = async (change: Partial<typeof server.view>) => {
    told.push(change);
    await Promise.resolve();
    if (server.isAway) throw new Error('The line is broken.');
    server.view = { ...server.view, ...change };
    reporter.acknowledge(server.view);
  };
  const reporter: PresenterStatusReporter = new PresenterStatusReporter({
    camera: vi.fn((cameraOn) => take({ cameraOn })),
    health: vi.fn((health, uplinkMs) => take({ presenterHealth: health, uplinkMs })),
  });
  return { reporter, server, told };
}

test('tells the server what it does not know, once and in turn', async () => {
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

test('tells how late pictures are when that has changed by more than a little', async () => {
  const { reporter, server, told } = setUp();
  reporter.acknowledge(server.view);
  for (const uplinkMs of [30, 36, 45, 39, null]) {
    reporter.set({ health: 'good', uplinkMs });
    await settle();
  }
  expect(told).toEqual([30, 45, null].map((uplinkMs) => ({ presenterHealth: 'good', uplinkMs })));
});

test('tells the newest of what changes while the server is being told', async () => {
  const { reporter, server, told } = setUp();
  reporter.acknowledge(server.view);
  reporter.set({ cameraOn: false });
  reporter.set({ cameraOn: true });
  await settle();
  expect(told).toEqual([{ cameraOn: false }, { cameraOn: true }]);
});

test('tells again what did not get through, with the next view', async () => {
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

test('corrects what an earlier device said, as soon as the server listens', async () => {
  const { reporter, server } = setUp();
  server.view = broadcastView({ cameraOn: false });
  reporter.acknowledge(server.view);
  await settle();
  expect(server.view.cameraOn).toBe(true);
});

test('is silent while the server hears somebody else, after the end, and when it was told to forget', async () => {
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
