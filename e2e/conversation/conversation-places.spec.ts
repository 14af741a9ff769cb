import type { RecordedConversation } from '../../lib/conversation.ts';
import { recordingPaths } from '../../lib/recording.ts';
import { expect, test } from '../fixtures.ts';
import { isFull } from '../pages/devices.ts';
import { pressByKey, tabTo } from '../pages/keyboard.ts';
import { sizes, switchLanguage } from '../pages/looks.ts';
import { expectAccessible, Participant } from '../pages/participant.ts';
import { Presenter } from '../pages/presenter.ts';
import { readyRecording } from '../pages/recording-list.ts';
import { startRostrum } from '../servers/rostrum-server.ts';

test.setTimeout(120_000);

test('the conversation is beside the picture, below it on a phone, and over it in full screen', {
  tag: '@long',
}, async ({ presenter, openViewer }) => {
  await presenter.open();
  await presenter.goLive({ channel: 'places', title: 'Places' });
  const viewer = await openViewer();
  const { page } = viewer;
  await viewer.open('places');
  await viewer.seesMovingVideo();
  const ann = new Participant(page);
  const boxes = async () => {
    const [panel, picture] = [await ann.panel.boundingBox(), await viewer.video.boundingBox()];
    if (panel === null || picture === null) throw new Error('The panel or the picture is not shown.');
    return { panel, picture };
  };
  await page.setViewportSize(sizes.desktop);
  const beside = await boxes();
  expect(beside.panel.x).toBeGreaterThanOrEqual(beside.picture.x + beside.picture.width);
  await page.setViewportSize(sizes.phone);
  const below = await boxes();
  expect(below.panel.y).toBeGreaterThanOrEqual(below.picture.y + below.picture.height);
  await page.setViewportSize(sizes.desktop);
  await ann.isCalled('Ann');
  await ann.panel.getByRole('textbox', { name: 'Message', exact: true }).fill('a draft');
  await page.getByRole('button', { name: 'Full screen' }).click();
  await expect.poll(() => isFull(page)).toBe(true);
  await expect(ann.panel).toBeHidden();
  await new Participant(presenter.page).isCalled('Dr. Kim');
  await new Participant(presenter.page).says('for the big screen');
  await page.mouse.move(300, 300);
  await page.getByRole('button', { name: 'Show the conversation, 1 new message' }).click();
  await ann.reads('for the big screen');
  // A draft survives, and keys in the field are no commands for the player.
  await expect(ann.panel.getByRole('textbox', { name: 'Message', exact: true })).toHaveValue('a draft');
  await ann.panel.getByRole('textbox', { name: 'Message', exact: true }).press('f');
  expect(await isFull(page)).toBe(true);
  const over = await boxes();
  expect(over.panel.x).toBeGreaterThan(over.picture.x);
  expect(over.panel.x + over.panel.width).toBeLessThanOrEqual(over.picture.x + over.picture.width);
  await expectAccessible(page);
  await ann.panel.getByRole('button', { name: 'Hide the conversation' }).click();
  await expect(ann.panel).toBeHidden();
  await expect(page.getByRole('button', { name: 'Show the conversation' })).toBeFocused();
});

test('the whole conversation by keyboard, in Korean on a phone', { tag: '@long' }, async ({
  presenter,
  openViewer,
}) => {
  await presenter.open();
  await presenter.goLive({ channel: 'keys-talk', title: 'Keys' });
  const { page } = await openViewer();
  await page.setViewportSize(sizes.phone);
  await page.goto('/watch/keys-talk');
  await switchLanguage(page, 'ko');
  const panel = page.getByRole('region', { name: '대화', exact: true });
  await tabTo(page, panel.getByRole('tab', { name: '채팅' }));
  await page.keyboard.press('ArrowRight');
  await expect(panel.getByRole('tab', { name: '질문' })).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await tabTo(page, panel.getByLabel('이름'));
  await page.keyboard.type('수민');
  await page.keyboard.press('Enter');
  const field = panel.getByRole('textbox', { name: '메시지' });
  await expect(field).toBeFocused();
  await page.keyboard.type('안녕하세요 ');
  await pressByKey(page, panel.getByRole('button', { name: '이모지' }));
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Escape');
  await expect(panel.getByRole('group', { name: '이모지를 고르세요' })).toBeHidden();
  await field.focus();
  await page.keyboard.press('Enter');
  await expect(new Participant(presenter.page).message('안녕하세요')).toHaveCount(1);
  await expectAccessible(page);
});

test('whoever reads older messages is not moved, and is told how many are new', { tag: '@long' }, async ({
  presenter,
  openViewer,
}) => {
  await presenter.open();
  await presenter.goLive({ channel: 'many', title: 'Many' });
  const viewer = await openViewer();
  await viewer.open('many');
  const [ann, teacher] = [new Participant(viewer.page), new Participant(presenter.page)];
  await teacher.isCalled('Dr. Kim');
  const long = 'a long message that takes several lines of the panel, so that few of them fill it '.repeat(3);
  for (let count = 1; count <= 6; count += 1) {
    await teacher.says(`${count}: ${long}`);
    await ann.reads(`${count}: a long`);
  }
  await ann.log.evaluate((log) => {
    log.scrollTop = 0;
  });
  // Rates are limited to what a person can write.
  await expect(async () => {
    await teacher.says('the newest');
    await expect(ann.message('the newest').first()).toBeAttached({ timeout: 1_000 });
  }).toPass();
  expect(await ann.log.evaluate((log) => log.scrollTop)).toBe(0);
  await ann.panel.getByRole('button', { name: /new message/ }).click();
  await expect(ann.message('the newest').first()).toBeInViewport();
  await expect(ann.panel.getByRole('button', { name: /new message/ })).toHaveCount(0);
});

test('a recording shows the conversation in time with it, also after seeking', { tag: '@long' }, async ({
  presenter,
  openViewer,
  openPage,
  request,
}) => {
  await presenter.open();
  await presenter.goLive({ channel: 'replayed', title: 'Replayed', record: true });
  await presenter.seesOfTheRecording('Recording');
  const viewer = await openViewer();
  await viewer.open('replayed');
  const ann = new Participant(viewer.page);
  await ann.isCalled('Ann');
  const recordedS = async () => {
    const region = presenter.page.getByRole('region', { name: 'Recording', exact: true });
    const clock = /(\d+):(\d\d)/.exec(await region.innerText());
    return Number(clock?.[1] ?? 0) * 60 + Number(clock?.[2] ?? 0);
  };
  await expect.poll(recordedS, { timeout: 30_000 }).toBeGreaterThanOrEqual(2);
  await ann.says('near the beginning');
  await ann.reads('near the beginning');
  const before = await recordedS();
  await expect.poll(recordedS, { timeout: 30_000 }).toBeGreaterThanOrEqual(before + 4);
  await ann.says('near the end');
  await ann.reads('near the end');
  await presenter.end();
  const { id } = await readyRecording(presenter.page, 'replayed');
  const kept = (await (await request.get(recordingPaths.conversation(id, 'json'))).json()) as RecordedConversation;
  const [first = 0, second = 0] = kept.messages.map(({ ms }) => ms / 1_000);
  expect(first).toBeGreaterThan(1);
  expect(second).toBeGreaterThan(first + 3);
  const page = await openPage();
  await page.goto(`/recordings/${id}`);
  const replayed = page.getByRole('region', { name: 'Conversation during the show' });
  await expect(replayed.getByText('Messages appear here as the recording plays.')).toBeVisible();
  const seek = (seconds: number) =>
    page.locator('video').evaluate((video, to) => {
      (video as HTMLVideoElement).currentTime = to;
    }, seconds);
  await seek((first + second) / 2);
  await expect(replayed.getByText('near the beginning')).toBeVisible();
  await expect(replayed.getByText('near the end')).toHaveCount(0);
  await seek(1_000);
  await expect(replayed.getByText('near the end')).toBeVisible();
  await seek(0);
  await expect(replayed.getByText('near the beginning')).toHaveCount(0);
  await seek(1_000);
  await replayed
    .getByRole('button', { name: /^Play from/ })
    .first()
    .click();
  await expect(replayed.getByText('near the end')).toHaveCount(0);
  await expectAccessible(page);
  const vtt = await request.get(recordingPaths.conversation(id, 'vtt'));
  expect(vtt.headers()['content-type']).toContain('text/vtt');
  expect(await vtt.text()).toMatch(/^WEBVTT\n\n1\n00:0\d:\d\d\.\d{3} --> .*\n<v Ann>near the beginning\n/);
  const files = { vtt: 'Download as subtitles (WebVTT)', json: 'Download as data (JSON)' };
  for (const [extension, name] of Object.entries(files)) {
    const download = page.waitForEvent('download');
    await replayed.getByRole('link', { name }).click();
    const saved = (await download).suggestedFilename();
    expect(saved).toMatch(new RegExp(`^replayed – Replayed – [-\\d]+ [.\\d]+\\.${extension}$`));
  }
});

test('a page that is open when conversations are turned off gives their place to the picture', {
  tag: '@long',
}, async ({ openPage }) => {
  const first = await startRostrum();
  const presenter = new Presenter(await openPage(), first.key);
  await presenter.open({ url: first.url });
  await presenter.goLive({ channel: 'off', title: 'Off' });
  const page = await openPage();
  await page.setViewportSize(sizes.desktop);
  await page.goto(`${first.url}/watch/off`);
  const ann = new Participant(page);
  await ann.isCalled('Ann');
  const picture = page.getByLabel('Broadcast', { exact: true });
  const before = await picture.boundingBox();
  const frame = page.locator('div', { has: ann.panel }).filter({ hasNot: picture }).first();
  await expect(frame).toBeVisible();
  await first.kill();
  const second = await startRostrum({ PORT: new URL(first.url).port, CONVERSATION: 'off' }, { dataDir: first.dataDir });
  try {
    await expect(page.locator('[data-off]')).toBeAttached({ timeout: 30_000 });
    await expect(
      page
        .locator('div', { has: page.locator('[data-off]') })
        .filter({ hasNot: picture })
        .first(),
    ).toBeHidden();
    const widthOf = async () => (await picture.boundingBox())?.width ?? 0;
    await expect.poll(widthOf).toBeGreaterThan((before?.width ?? 0) + 200);
  } finally {
    await second.close();
  }
});

test('a server without conversations shows none', { tag: '@long' }, async ({ openPage }) => {
  const server = await startRostrum({ CONVERSATION: 'off' });
  try {
    const presenter = new Presenter(await openPage(), server.key);
    await presenter.open({ url: server.url });
    await presenter.goLive({ channel: 'silent', title: 'Silent' });
    const page = await openPage();
    await page.goto(`${server.url}/watch/silent`);
    await expect(page.getByText('Silent').first()).toBeVisible();
    for (const one of [page, presenter.page]) {
      await expect(one.getByRole('region', { name: 'Conversation', exact: true })).toHaveCount(0);
    }
  } finally {
    await server.close();
  }
});
