import { SignalingSocket } from '../../bench/load/signaling-socket.ts';
import { expect, test } from '../fixtures.ts';
import { Participant } from '../pages/participant.ts';

test.setTimeout(120_000);

test('a viewer writes up to 300 characters, emoji, links and reactions, and has the same name the next time', {
  tag: '@long',
}, async ({ presenter, openViewer }) => {
  await presenter.open();
  await presenter.goLive({ channel: 'writing', title: 'Writing' });
  const viewer = await openViewer();
  const { page } = viewer;
  await viewer.open('writing');
  const [ann, teacher] = [new Participant(page), new Participant(presenter.page)];
  await ann.isCalled('Ann');
  const field = ann.panel.getByRole('textbox', { name: 'Message', exact: true });
  const send = ann.panel.getByRole('button', { name: 'Send', exact: true });

  await field.fill('a'.repeat(251));
  await expect(ann.panel.getByText('49 characters left')).toBeVisible();
  await field.fill('👍'.repeat(301));
  await expect(ann.panel.getByText('1 character too many')).toBeVisible();
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(send).toBeDisabled();
  await field.press('Enter');
  await expect(field).toHaveValue('👍'.repeat(301));
  // Nothing in it shows.
  await field.fill('\u200b\u3164');
  await expect(send).toBeDisabled();
  await field.fill('👍'.repeat(300));
  await expect(ann.panel.getByText('0 characters left')).toBeVisible();
  await send.press('Enter');
  await expect(field).toBeFocused();
  await expect.poll(() => teacher.texts()).toEqual(['👍'.repeat(300)]);

  await field.fill('well done');
  await field.press('Home');
  for (let count = 0; count < 4; count += 1) await field.press('ArrowRight');
  await ann.panel.getByRole('button', { name: 'Emoji', exact: true }).click();
  const emoji = ann.panel.getByRole('group', { name: 'Choose an emoji' });
  await emoji.getByRole('button', { name: '🎉' }).click();
  await expect(field).toHaveValue('well🎉 done');
  await emoji.getByRole('button', { name: '💯' }).click();
  await expect(field).toHaveValue('well🎉💯 done');
  await field.press('Enter');
  await teacher.reads('well🎉💯 done');
  await expect(emoji).toBeHidden();

  const referrers: (string | undefined)[] = [];
  await page.context().route('https://example.org/**', async (route) => {
    referrers.push(route.request().headers().referer);
    await route.fulfill({ contentType: 'text/html', body: 'elsewhere' });
  });
  await ann.says('see https://example.org/page');
  await ann.reads('see https://example.org/page');
  const opening = page.context().waitForEvent('page');
  await ann.log.getByRole('link').click();
  const opened = await opening;
  await expect(opened.getByText('elsewhere')).toBeVisible();
  expect(await opened.evaluate(() => [window.opener, document.referrer])).toEqual([null, '']);
  expect(referrers).toEqual([undefined]);
  await opened.close();

  await ann.panel.getByRole('button', { name: 'React with applause' }).click();
  await expect(page.getByTestId('reactions').getByText('👏').first()).toBeAttached();

  // What others write takes the focus from nothing.
  await teacher.isCalled('Dr. Kim');
  await field.fill('half a');
  await teacher.says('Any questions?');
  await ann.reads('Any questions?');
  await expect(field).toBeFocused();
  await page.keyboard.type(' sentence');
  await expect(field).toHaveValue('half a sentence');
  const tab = ann.panel.getByRole('tab', { name: 'Chat' });
  await tab.focus();
  await teacher.says('None at all?');
  await ann.reads('None at all?');
  await expect(tab).toBeFocused();

  await page.reload();
  await expect(ann.panel.getByText('You write as Ann')).toBeVisible();
  await ann.says('here again');
  await expect(teacher.message('here again').getByText('Ann', { exact: true })).toBeVisible();
});

test('a late viewer finds the last 200 messages', { tag: '@long' }, async ({ presenter, openViewer, server }) => {
  await presenter.open();
  await presenter.goLive({ channel: 'late', title: 'Late' });
  // Each page may write six messages at once.
  for (let page = 0; page < 35; page += 1) {
    const socket = await SignalingSocket.open(server.url, 15_000);
    try {
      await socket.request('conversation:follow', { channel: 'late', token: `the-token-of-writer-${page}` });
      const says = Array.from({ length: 6 }, (_, index) => {
        const number = page * 6 + index + 1;
        const message = { key: `the-key-of-${number}`, name: `Writer ${page}`, text: `message ${number}` };
        return socket.request('conversation:say', { channel: 'late', ...message });
      });
      await Promise.all(says);
    } finally {
      socket.close();
    }
  }
  const viewer = await openViewer();
  await viewer.open('late');
  const ann = new Participant(viewer.page);
  await expect(ann.log.locator('[data-message]')).toHaveCount(200);
  expect(await ann.texts()).toEqual(Array.from({ length: 200 }, (_, index) => `message ${index + 11}`));
  await expect(ann.message('message 210')).toBeInViewport();
});
