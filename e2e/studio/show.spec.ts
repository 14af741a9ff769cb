import { expect, test } from '../fixtures.ts';

test.describe('a show', () => {
  test('is seen and heard by who came early and who came late, and ends for all', async ({
    presenter,
    openViewer,
    openPage,
  }) => {
    const early = await openViewer();
    await early.open('sums-101');
    await expect(early.page.getByText(/not started|will start|waiting/i).first()).toBeVisible();
    const lobby = await openPage();
    await lobby.goto('/');
    await expect(lobby.getByText('Sums for all')).toBeHidden();

    await presenter.open();
    await presenter.seesTheLevel();
    await presenter.goLive({ channel: 'sums-101', title: 'Sums for all' });

    await test.step('the lobby shows it', async () => {
      await expect(lobby.getByText('Sums for all')).toBeVisible();
    });
    await test.step('who came early sees it without doing anything', async () => {
      await early.seesMovingVideo();
      await early.seesTheTestSource();
    });
    const late = [await openViewer(), await openViewer()];
    for (const viewer of late) await viewer.open('sums-101');
    for (const viewer of late) {
      await viewer.seesMovingVideo();
      await viewer.seesTheTestSource();
    }
    await presenter.seesViewers(3);
    for (const viewer of [early, ...late]) await viewer.hearsTheTone();

    await presenter.end();
    for (const viewer of [early, ...late]) await viewer.seesThatItEnded();
    await expect(lobby.getByText('Sums for all')).toBeHidden();
  });

  test('can follow another on the same channel, for who stayed', { tag: '@long' }, async ({
    presenter,
    openViewer,
  }) => {
    const viewer = await openViewer();
    await viewer.open('again');
    await presenter.open();
    await presenter.goLive({ channel: 'again', title: 'First' });
    await viewer.seesMovingVideo();
    await presenter.end();
    await viewer.seesThatItEnded();
    await presenter.preparesAnother();
    await presenter.goLive({ channel: 'again', title: 'Second' });
    await viewer.seesMovingVideo();
    await viewer.seesTheTestSource();
    await presenter.end();
  });

  test('works with the browser’s own camera and microphone', { tag: '@long' }, async ({ presenter, openViewer }) => {
    await presenter.open({ camera: 'as it is' });
    await presenter.goLive({ channel: 'devices', title: 'Real devices' });
    const viewer = await openViewer();
    await viewer.open('devices');
    await viewer.seesMovingVideo();
    await presenter.end();
  });

  test('waits for a presenter who closes the page, and says so to its viewers', { tag: '@long' }, async ({
    presenter,
    openViewer,
  }) => {
    await presenter.open();
    await presenter.goLive({ channel: 'closing', title: 'Closing' });
    const viewer = await openViewer();
    await viewer.open('closing');
    await viewer.seesMovingVideo();
    await presenter.page.close();
    await expect(viewer.page.getByText('The presenter will be right back')).toBeVisible();
  });

  test('loses its viewer count when viewers leave', { tag: '@long' }, async ({ presenter, openViewer }) => {
    await presenter.open();
    await presenter.goLive({ channel: 'counting', title: 'Counting' });
    const [one, two] = [await openViewer(), await openViewer()];
    await one.open('counting');
    await two.open('counting');
    await presenter.seesViewers(2);
    await one.page.close();
    await presenter.seesViewers(1);
    await presenter.end();
  });

  test('runs beside another on another channel', { tag: '@long' }, async ({
    presenter,
    openViewer,
    openPage,
    server,
  }) => {
    const { Presenter } = await import('../pages/presenter.ts');
    const second = new Presenter(await openPage(), server.key);
    await presenter.open();
    await presenter.goLive({ channel: 'left', title: 'The left one' });
    await second.open();
    await second.goLive({ channel: 'right', title: 'The right one' });
    for (const channel of ['left', 'right']) {
      const viewer = await openViewer();
      await viewer.open(channel);
      await viewer.seesMovingVideo();
    }
    await presenter.end();
    await second.seesThatItIsLive();
    await second.end();
  });
});
