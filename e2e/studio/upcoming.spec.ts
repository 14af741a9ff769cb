import { readFile } from 'node:fs/promises';
import ICAL from 'ical.js';
import type { Locator, Page } from 'playwright/test';
import { toLocalField } from '../../lib/browser/page/format.ts';
import { expect, test } from '../fixtures.ts';
import { Presenter } from '../pages/presenter.ts';
import { startRostrum } from '../servers/rostrum-server.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** The part of the studio in which shows are announced. */
const panelOf = (page: Page): Locator => page.locator('details').filter({ has: page.getByLabel('Starts at') });

/** Opens the panel, and announces what the form says for a time. */
async function announce({ page }: Presenter, startsAt: number, button = 'Announce'): Promise<void> {
  await page.getByLabel('Starts at').fill(toLocalField(startsAt));
  await panelOf(page).getByRole('button', { name: button, exact: true }).click();
}

/** Presses “Remind me” for a show, and reads the calendar file that the browser saves. */
async function readReminder(page: Page, title: string): Promise<ICAL.Event> {
  const saving = page.waitForEvent('download');
  await page.getByRole('link', { name: `Remind me of “${title}”` }).click();
  const file = await readFile(await (await saving).path(), 'utf8');
  return new ICAL.Event(new ICAL.Component(ICAL.parse(file)).getFirstSubcomponent('vevent') ?? undefined);
}

/** A moment as a browser in `locale` and `timeZone` writes it. */
function written(page: Page, at: number, locale: string, timeZone: string): Promise<string> {
  return page.evaluate(
    ([at, locale, timeZone]) =>
      new Intl.DateTimeFormat(locale, {
        weekday: 'long',
        day: 'numeric',
        month: 'short',
        hour: 'numeric',
        minute: '2-digit',
        timeZone,
      }).format(at),
    [at, locale, timeZone] as const,
  );
}

test('an announced show is read by who waits, in their language and zone, until it is changed, withdrawn or on', {
  tag: '@long',
}, async ({ browser, presenter, openPage, openViewer, server }) => {
  test.setTimeout(90_000);
  const viewer = await openViewer();
  await viewer.open('evening');
  await expect(viewer.page.getByText('Nothing is on air yet')).toBeVisible();
  const seoul = await browser.newContext({ baseURL: server.url, locale: 'ko-KR', timezoneId: 'Asia/Seoul' });
  const korean = await seoul.newPage();
  // A device whose clock is two days ahead waits as long as all others.
  await korean.clock.setSystemTime(Date.now() + 48 * hourMs);
  await korean.goto('/watch/evening');
  await expect(korean.getByText('아직 방송이 없습니다')).toBeVisible();
  const lobby = await openPage();
  await lobby.goto('/');
  const soon = lobby.getByRole('region', { name: 'Soon' });

  await presenter.open();
  await presenter.fillIn({ channel: 'evening', title: 'Evening talk' });
  await presenter.page.getByText('Announce it for later').click();
  // A field knows no seconds.
  const startsAt = Math.ceil((Date.now() + 3 * hourMs) / minuteMs) * minuteMs;

  await test.step('it is announced', async () => {
    await announce(presenter, startsAt);
    await expect(presenter.page.getByText('Begins in 3 hours')).toBeVisible();
    await expect(viewer.page.getByRole('heading', { name: 'Evening talk' })).toBeVisible();
    await expect(viewer.page.getByText('Begins in 3 hours')).toBeVisible();
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    const here = await written(viewer.page, startsAt, 'en', timeZone);
    await expect(viewer.page.getByText(here, { exact: true })).toBeVisible();
    await expect(viewer.page.getByText(`“Evening talk” begins on ${here}.`)).toBeAttached();
    await expect(korean.getByText('3시간 후 시작합니다')).toBeVisible();
    await expect(korean.getByText(await written(korean, startsAt, 'ko', 'Asia/Seoul'), { exact: true })).toBeVisible();
    await expect(soon.getByRole('link', { name: 'Evening talk', exact: true })).toBeVisible();
  });
  await test.step('it is changed', async () => {
    await presenter.page.getByLabel('Title', { exact: true }).fill('Morning talk');
    await announce(presenter, Math.ceil(Date.now() / minuteMs) * minuteMs + 30 * minuteMs, 'Change the announcement');
    await expect(viewer.page.getByRole('heading', { name: 'Morning talk' })).toBeVisible();
    await expect(viewer.page.getByText(/Begins in (30|31) minutes/)).toBeVisible();
    await expect(korean.getByText(/(30|31)분 후 시작합니다/)).toBeVisible();
    await expect(soon.getByRole('link', { name: 'Morning talk', exact: true })).toBeVisible();
  });
  await test.step('it is withdrawn, by who comes back to the studio', async () => {
    await presenter.page.reload();
    await panelOf(presenter.page).getByRole('button', { name: 'Withdraw' }).click();
    await expect(viewer.page.getByText('Nothing is on air yet')).toBeVisible();
    await expect(korean.getByText('아직 방송이 없습니다')).toBeVisible();
    await expect(soon).toBeHidden();
    await expect(presenter.page.getByLabel('Starts at')).toBeFocused();
  });
  await test.step('it is over when the show is on', async () => {
    await announce(presenter, Math.ceil(Date.now() / minuteMs) * minuteMs);
    await expect(viewer.page.getByText(/Begins in less than a minute|It should begin any moment/)).toBeVisible();
    await presenter.goLive({ channel: 'evening', title: 'Night talk' });
    await viewer.seesMovingVideo();
    await expect(soon).toBeHidden();
    await presenter.end();
    await viewer.seesThatItEnded();
  });
  await test.step('who stayed until the end reads what is next', async () => {
    await presenter.preparesAnother();
    await presenter.page.getByText('Announce it for later').click();
    await announce(presenter, startsAt);
    await expect(viewer.page.getByText('Next: Night talk')).toBeVisible();
    await panelOf(presenter.page).getByRole('button', { name: 'Withdraw' }).click();
    await expect(viewer.page.getByText('Thank you for watching.')).toBeVisible();
    await viewer.page.reload();
    await expect(viewer.page.getByText('Nothing is on air yet')).toBeVisible();
  });
  await seoul.close();
});

test('what cannot be announced is told where it is wrong, and what can be comes with a reminder', async ({
  presenter,
  openPage,
}) => {
  await presenter.open();
  const { page } = presenter;
  const button = panelOf(page).getByRole('button', { name: 'Announce', exact: true });
  await presenter.fillIn({ channel: 'wrong', title: '' });
  await page.getByText('Announce it for later').click();
  await button.click();
  await expect(page.getByText('Please give the broadcast a title.')).toBeVisible();
  await expect(page.getByLabel('Title', { exact: true })).toBeFocused();
  await presenter.fillIn({ channel: 'wrong', title: 'Wrong' });
  await button.click();
  await expect(page.getByText('Please choose a date and a time.')).toBeVisible();
  await expect(page.getByLabel('Starts at')).toBeFocused();
  const passed = Date.now() - 24 * hourMs;
  await announce(presenter, passed);
  await expect(panelOf(page).getByRole('alert')).toContainText('The show cannot begin at this time');
  await expect(page.getByLabel('Starts at')).toHaveValue(toLocalField(passed));
  // Enter in the field announces, and does not go live.
  const startsAt = Math.ceil(Date.now() / minuteMs) * minuteMs + hourMs;
  await page.getByLabel('Starts at').fill(toLocalField(startsAt));
  await page.getByLabel('Starts at').press('Enter');
  await expect(page.getByRole('button', { name: 'Withdraw' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Go live' })).toBeVisible();

  const visitor = await openPage();
  for (const address of ['/', '/watch/wrong']) {
    await visitor.goto(address);
    await test.step(`a reminder from ${address}`, async () => {
      const event = await readReminder(visitor, 'Wrong');
      expect(event.summary).toBe('Wrong');
      expect(event.startDate.toJSDate().getTime()).toBe(startsAt);
      expect(event.component.getFirstPropertyValue('url')).toBe(new URL('/watch/wrong', visitor.url()).href);
      await expect(visitor).toHaveURL(new URL(address, visitor.url()).href);
    });
  }
});

test('what was announced is known after the server was killed', { tag: '@long' }, async ({ openPage, openViewer }) => {
  const first = await startRostrum();
  const presenter = new Presenter(await openPage(), first.key);
  await presenter.open({ url: first.url });
  await presenter.fillIn({ channel: 'tomorrow', title: 'Tomorrow' });
  await presenter.page.getByText('Announce it for later').click();
  await announce(presenter, Date.now() + 24 * hourMs);
  // From this moment on it is kept.
  await expect(presenter.page.getByText('It is announced on your watch page.')).toBeAttached();
  await first.kill();
  const second = await startRostrum({}, first);
  const { page } = await openViewer();
  await page.goto(`${second.url}/watch/tomorrow`);
  await expect(page.getByText('Begins in 24 hours')).toBeVisible();
  await second.close();
});

test('a reminder of a private show is for those who were let in', { tag: '@long' }, async ({ presenter, openPage }) => {
  await presenter.open();
  await presenter.fillIn({ channel: 'board-room', title: 'Figures of the year' });
  await presenter.page.getByText('Announce it for later').click();
  await announce(presenter, Date.now() + 3 * hourMs);
  await expect(presenter.page.getByRole('button', { name: 'Withdraw' })).toBeVisible();
  await presenter.page.getByText('Passcode for viewers').click();
  await enterPasscode(presenter.page);
  await expect(presenter.page.getByText(/need the passcode/)).toBeVisible();
  const visitor = await openPage();
  await visitor.goto('/');
  const card = visitor.getByRole('article').filter({ hasText: 'board-room' });
  await expect(card).toBeVisible();
  await expect(card.getByText('Remind me')).toBeHidden();
  expect((await visitor.request.get('/api/upcoming/board-room.ics')).status()).toBe(401);
  await visitor.goto('/watch/board-room');
  await enterPasscode(visitor);
  expect((await readReminder(visitor, 'Figures of the year')).summary).toBe('Figures of the year');
});

async function enterPasscode(page: Page): Promise<void> {
  await page.getByLabel('Passcode', { exact: true }).fill('seven blue chairs');
  await page.keyboard.press('Enter');
}
