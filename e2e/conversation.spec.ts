import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright/test';
import type { RecordedConversation } from '../lib/conversation.ts';
import { recordingPaths } from '../lib/recording.ts';
import { isFull } from './devices.ts';
import { expect, test } from './fixtures.ts';
import { pressByKey, tabTo } from './keyboard.ts';
import { sizes, switchLanguage } from './looks.ts';
import { Participant } from './participant.ts';
import { Presenter } from './presenter.ts';
import { readyRecording } from './recording-list.ts';
import { startRostrum } from './rostrum-server.ts';

test.setTimeout(120_000);

/** What axe finds in the conversation. */
async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
}

test('viewers and the presenter write to each other, and the presenter keeps order', async ({
  presenter,
  openViewer,
}) => {
  await presenter.open();
  await presenter.goLive({ channel: 'talk', title: 'Talk' });
  const viewer = await openViewer();
  await viewer.open('talk');
  const [ann, teacher] = [new Participant(viewer.page), new Participant(presenter.page)];
  await expect(viewer.page.getByLabel('Your name')).not.toBeFocused();
  await ann.isCalled('Ann');
  await ann.says('Hello! See https://example.org/<b>x</b> and javascript:alert(1)');
  await teacher.reads('Hello!');
  const link = teacher.log.getByRole('link');
  await expect(link).toHaveCount(1);
  await expect(link).toHaveAttribute('href', 'https://example.org/');
  await expect(link).toHaveAttribute('rel', 'noopener noreferrer nofollow ugc');
  await expect(teacher.message('Hello!')).toContainText('<b>x</b>');
  await teacher.isCalled('Dr. Kim');
  await teacher.says('Welcome 👋');
  await ann.reads('Welcome 👋');
  await expect(ann.message('Welcome').getByText('Presenter')).toBeVisible();
  // The log is read out politely, and never takes the focus.
  await expect(ann.log).toHaveAttribute('aria-live', 'polite');
  await expect(ann.panel.getByLabel('Message', { exact: true })).toBeEmpty();
  await teacher.panel.getByRole('button', { name: 'React with applause' }).click();
  await expect(viewer.page.getByTestId('reactions').getByText('👏').first()).toBeAttached();
  await teacher.actsOn('Welcome', 'Pin');
  await expect(ann.panel.getByRole('region', { name: 'Pinned messages' })).toContainText('Welcome 👋');
  await teacher.actsOn('Hello!', 'Mute Ann');
  await expect(ann.panel.getByText('You have been muted for this show.')).toBeVisible();
  await teacher.actsOn('Hello!', 'Delete');
  await expect(ann.message('Hello!')).toHaveCount(0);
  await expectAccessible(viewer.page);
  await expectAccessible(presenter.page);
  // Who comes back is the same person, and sees what was written before.
  await viewer.page.reload();
  await ann.reads('Welcome 👋');
  await expect(ann.panel.getByText('You have been muted for this show.')).toBeVisible();
  await presenter.end();
  await expect(ann.panel.getByText('The show has ended, and so has the conversation.')).toBeVisible();
});

test('questions wait for the presenter in the order of their votes, and polls show results as they come in', {
  tag: '@long',
}, async ({ presenter, openViewer }) => {
  await presenter.open();
  await presenter.goLive({ channel: 'quiz', title: 'Quiz' });
  const pages = [(await openViewer()).page, (await openViewer()).page];
  for (const page of pages) await page.goto('/watch/quiz');
  const [ann, bob] = pages.map((page) => new Participant(page)) as [Participant, Participant];
  const teacher = new Participant(presenter.page);
  await ann.isCalled('Ann');
  await bob.isCalled('Bob');
  for (const one of [ann, bob, teacher]) await one.opens('Questions');
  await ann.asks('Why is the sky blue?');
  await ann.asks('How deep is the sea?');
  await bob.panel.getByRole('button', { name: /How deep/ }).click();
  await expect(teacher.panel.getByRole('listitem').first()).toContainText('How deep is the sea?');
  await expect(teacher.panel.getByRole('button', { name: '1 vote: vote for “How deep is the sea?”' })).toBeVisible();
  await bob.panel.getByRole('button', { name: 'Raise your hand' }).click();
  await teacher.panel.getByRole('button', { name: 'Lower the hand of Bob' }).click();
  await expect(bob.panel.getByRole('button', { name: 'Raise your hand' })).toHaveAttribute('aria-pressed', 'false');
  await teacher.panel.getByRole('button', { name: 'Answer now' }).first().click();
  await expect(ann.panel.getByText('Being answered')).toBeVisible();
  await teacher.panel.getByRole('button', { name: 'Dismiss' }).last().click();
  await expect(ann.panel.getByText('Why is the sky blue?')).toHaveCount(0);
  await teacher.panel.getByRole('button', { name: 'Done' }).click();
  await expect(ann.panel.getByText('Answered', { exact: true })).toBeVisible();

  for (const one of [ann, bob, teacher]) await one.opens('Polls');
  await teacher.panel.getByRole('button', { name: 'New poll' }).click();
  await teacher.panel.getByLabel('Question of the poll').fill('Tea or coffee?');
  await teacher.panel.getByLabel('Choice 1').fill('Tea');
  await teacher.panel.getByLabel('Choice 2').fill('Coffee');
  await teacher.panel.getByRole('button', { name: 'Start the poll' }).click();
  await ann.panel.getByRole('radio', { name: /Tea/ }).check();
  await bob.panel.getByRole('radio', { name: /Coffee/ }).check();
  await expect(teacher.panel.getByText('2 votes')).toBeVisible();
  await expect(ann.panel.getByRole('radio', { name: 'Tea 50%' })).toBeChecked();
  await bob.panel.getByRole('radio', { name: /Tea/ }).check();
  await expect(ann.panel.getByRole('radio', { name: 'Tea 100%' })).toBeChecked();
  await expectAccessible(ann.page);
  await teacher.panel.getByRole('button', { name: 'Close the poll' }).click();
  await expect(ann.panel.getByText('Closed', { exact: true })).toBeVisible();
  await expect(ann.panel.getByRole('radio', { name: /Tea/ })).toBeDisabled();
});

test('slow mode, a closed conversation, and a moderator', { tag: '@long' }, async ({ presenter, openViewer }) => {
  await presenter.open();
  await presenter.goLive({ channel: 'order', title: 'Order' });
  const pages = [(await openViewer()).page, (await openViewer()).page];
  for (const page of pages) await page.goto('/watch/order');
  const [ann, bob] = pages.map((page) => new Participant(page)) as [Participant, Participant];
  const teacher = new Participant(presenter.page);
  await ann.isCalled('Ann');
  await bob.isCalled('Bob');
  await ann.says('I can help');
  await teacher.reads('I can help');
  await teacher.actsOn('I can help', 'Make Ann a moderator');
  await ann.panel.getByRole('button', { name: 'Settings of the conversation' }).click();
  await ann.panel.getByLabel('Slow mode').selectOption('One message every 60 s');
  await expect(bob.panel.getByText('Slow mode: one message every 60 s')).toBeVisible();
  await bob.says('first');
  await ann.reads('first');
  await bob.says('second');
  await expect(bob.panel.getByText('Not sent: Slow mode is on')).toBeVisible();
  await bob.panel.getByRole('button', { name: 'Discard' }).click();
  await expect(bob.log.locator('[data-unsent]')).toHaveCount(0);
  await ann.panel.getByRole('switch', { name: 'Viewers may write' }).click();
  await expect(bob.panel.getByText('The presenter has closed the conversation for now.')).toBeVisible();
  await teacher.panel.getByRole('button', { name: 'Settings of the conversation' }).click();
  await teacher.panel.getByRole('button', { name: 'Ann is no moderator any more' }).click();
  await expect(ann.panel.getByText('The presenter has closed the conversation for now.')).toBeVisible();
});

test('what is written while the server is away is sent when it is back, once and in order', { tag: '@long' }, async ({
  openPage,
}) => {
  const first = await startRostrum();
  const port = new URL(first.url).port;
  const presenter = new Presenter(await openPage(), first.key);
  await presenter.open({ url: first.url });
  await presenter.goLive({ channel: 'revived', title: 'Revived' });
  const [ann, bob] = [new Participant(await openPage()), new Participant(await openPage())];
  for (const { page } of [ann, bob]) await page.goto(`${first.url}/watch/revived`);
  await ann.isCalled('Ann');
  for (const text of ['one', 'two']) await ann.says(text);
  await bob.reads('two');
  await first.kill();
  await ann.says('three');
  await expect(ann.log.locator('[data-unsent]')).toHaveText(/three/);
  await expect(
    ann.panel.getByText('What you write is sent when the connection is back.', { exact: false }),
  ).toBeVisible();
  const second = await startRostrum({ PORT: port }, { dataDir: first.dataDir });
  try {
    await ann.says('four');
    await bob.reads('four');
    expect(await bob.texts()).toEqual(['one', 'two', 'three', 'four']);
    await expect.poll(() => ann.texts()).toEqual(['one', 'two', 'three', 'four']);
    await expect(ann.log.locator('[data-unsent]')).toHaveCount(0);
    await bob.page.reload();
    await expect.poll(() => bob.texts()).toEqual(['one', 'two', 'three', 'four']);
  } finally {
    await second.close();
  }
});

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
  await ann.panel.getByLabel('Message', { exact: true }).fill('a draft');
  await page.getByRole('button', { name: 'Full screen' }).click();
  await expect.poll(() => isFull(page)).toBe(true);
  await expect(ann.panel).toBeHidden();
  await new Participant(presenter.page).isCalled('Dr. Kim');
  await new Participant(presenter.page).says('for the big screen');
  await page.mouse.move(300, 300);
  await page.getByRole('button', { name: 'Show the conversation, 1 new message' }).click();
  await ann.reads('for the big screen');
  // A draft survives, and keys in the field are no commands for the player.
  await expect(ann.panel.getByLabel('Message', { exact: true })).toHaveValue('a draft');
  await ann.panel.getByLabel('Message', { exact: true }).press('f');
  expect(await isFull(page)).toBe(true);
  const over = await boxes();
  expect(over.panel.x).toBeGreaterThan(over.picture.x);
  expect(over.panel.x + over.panel.width).toBeLessThanOrEqual(over.picture.x + over.picture.width);
  await expectAccessible(page);
  await ann.panel.getByRole('button', { name: 'Hide the conversation' }).click();
  await expect(ann.panel).toBeHidden();
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
  const field = panel.getByLabel('메시지', { exact: true });
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
