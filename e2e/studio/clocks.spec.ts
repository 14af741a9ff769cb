import type { Locator } from 'playwright/test';
import { expect, test } from '../fixtures.ts';
import { setTheClock, setTheClockWrong } from '../pages/hindrances.ts';
import { Presenter } from '../pages/presenter.ts';
import { Viewer } from '../pages/viewer.ts';

const hourMs = 3_600_000;
const behindMs = -2 * hourMs;
const aheadMs = 72 * hourMs;
/** What a show is kept for, by default. */
const graceMs = 90_000;
/** The clocks count whole seconds, and the machine may be busy when they are read. */
const tolerance = 3;

/** A moment that lies between two times of this process, which is on the server's machine. */
type Moment = { from: number; to: number };

/** What a clock in words such as “on air for 1:02:03” shows, in seconds. */
async function read(timer: Locator): Promise<number> {
  const clock = /(?:\d+:)?\d+:\d\d/.exec(await timer.innerText())?.[0];
  return clock === undefined ? Number.NaN : clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

/** The clock shows how long ago that moment was. */
async function showsTimeSince(timer: Locator, moment: Moment): Promise<void> {
  await expect(timer).toBeVisible();
  await expect(timer).not.toContainText(/\b0:0[0-2]\b/);
  const before = Date.now();
  const seconds = await read(timer);
  expect(seconds).toBeGreaterThanOrEqual((before - moment.to) / 1_000 - tolerance);
  expect(seconds).toBeLessThanOrEqual((Date.now() - moment.from) / 1_000 + tolerance);
}

/** The clock shows how long it is until the time of grace that began at that moment is over. */
async function showsTimeLeft(timer: Locator, moment: Moment): Promise<void> {
  await expect(timer).toBeVisible();
  const before = Date.now();
  const seconds = await read(timer);
  expect(seconds).toBeLessThanOrEqual((moment.to + graceMs - before) / 1_000 + tolerance);
  expect(seconds).toBeGreaterThanOrEqual((moment.from + graceMs - Date.now()) / 1_000 - tolerance);
}

async function timed(happens: () => Promise<void>): Promise<Moment> {
  const from = Date.now();
  await happens();
  return { from, to: Date.now() };
}

test('devices whose clocks are wrong, or are set during the show, tell the times of the server', {
  tag: '@long',
}, async ({ openPage, server }) => {
  test.setTimeout(120_000);
  const [studio, watching, embedded, lobby] = [
    await openPage(),
    await openPage(),
    await openPage(),
    await openPage(),
  ] as const;
  await setTheClockWrong(studio, aheadMs);
  await setTheClockWrong(watching, behindMs);
  await setTheClockWrong(embedded, aheadMs);
  await setTheClockWrong(lobby, behindMs);
  const presenter = new Presenter(studio, server.key);
  const viewer = new Viewer(watching);
  await presenter.open();
  await viewer.open('clocks');
  await embedded.goto('/embed/clocks');
  await lobby.goto('/');
  const onAir = (place: Locator) =>
    place
      .getByRole('timer')
      .filter({ hasText: /on air for/i })
      .first();
  // A show of a test before may still wait for its presenter there.
  const card = lobby.getByRole('article').filter({ has: lobby.getByRole('link', { name: 'Clocks', exact: true }) });
  const clocks = () => [onAir(studio.locator('body')), onAir(watching.locator('body'))];
  let began: Moment = { from: 0, to: 0 };

  await test.step('how long it has been on air', async () => {
    began = await timed(() => presenter.goLive({ channel: 'clocks', title: 'Clocks' }));
    await viewer.seesMovingVideo();
    for (const clock of clocks()) await showsTimeSince(clock, began);
    await expect(card.getByText(/^(Just started|Live for 1 min)/)).toBeVisible();
  });

  await test.step('and still when clocks are set during the show, which goes on', async () => {
    await setTheClock(studio, behindMs);
    await setTheClock(watching, aheadMs);
    await setTheClock(lobby, aheadMs);
    await viewer.seesMovingVideo(60);
    for (const clock of clocks()) await showsTimeSince(clock, began);
    await expect(card.getByText(/^(Just started|Live for 1 min)/)).toBeVisible();
    await expect(studio.getByText('You are live')).toBeVisible();
    await expect(watching.getByTestId('reconnects')).toBeHidden();
  });

  await test.step('how long it is kept for a presenter who is away', async () => {
    const left = await timed(async () => {
      await studio.goto('about:blank');
      await expect(watching.getByText('The presenter will be right back')).toBeVisible();
    });
    const kept = { hasText: 'It is kept for another' };
    await showsTimeLeft(watching.getByRole('timer').filter(kept), left);
    await showsTimeLeft(embedded.getByRole('timer').filter(kept), left);
    await presenter.open();
    await showsTimeLeft(studio.locator('p', { hasText: 'Your audience waits for you' }).getByRole('timer'), left);
  });

  await test.step('and how long it was, when it is over', async () => {
    await studio.getByRole('button', { name: /Resume your broadcast/ }).click();
    await presenter.seesThatItIsLive();
    await presenter.end();
    await showsTimeSince(studio.locator('dt', { hasText: 'On air' }).locator('xpath=following-sibling::dd[1]'), began);
  });
});
