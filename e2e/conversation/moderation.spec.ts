import { expect, test } from '../fixtures.ts';
import { pressByKey, tabTo } from '../pages/keyboard.ts';
import { Participant } from '../pages/participant.ts';

test.setTimeout(120_000);

test('a moderator pins, deletes, mutes and closes, and all but the deletion is undone', { tag: '@long' }, async ({
  presenter,
  openViewer,
}) => {
  await presenter.open();
  await presenter.goLive({ channel: 'moderated', title: 'Moderated' });
  const pages = [(await openViewer()).page, (await openViewer()).page];
  for (const page of pages) await page.goto('/watch/moderated');
  const [ann, bob] = pages.map((page) => new Participant(page)) as [Participant, Participant];
  const teacher = new Participant(presenter.page);
  await ann.isCalled('Ann');
  await bob.isCalled('Bob');
  await ann.says('I can help');
  await teacher.actsOn('I can help', 'Make Ann a moderator');
  await bob.says('worth reading');
  await bob.says('not worth it');
  await ann.reads('not worth it');
  await ann.actsOn('worth reading', 'Pin');
  const pinned = bob.panel.getByRole('region', { name: 'Pinned messages' });
  await expect(pinned).toContainText('worth reading');
  await ann.actsOn('not worth it', 'Delete');
  await expect(bob.message('not worth it')).toHaveCount(0);
  await expect(teacher.message('not worth it')).toHaveCount(0);
  await ann.actsOn('worth reading', 'Unpin');
  await expect(pinned).toHaveCount(0);

  const muted = bob.panel.getByText('You have been muted for this show.');
  const field = bob.panel.getByRole('textbox', { name: 'Message', exact: true });
  await ann.actsOn('worth reading', 'Mute Bob');
  await expect(muted).toBeVisible();
  await expect(field).toHaveCount(0);
  await ann.actsOn('worth reading', 'Unmute Bob');
  await expect(muted).toHaveCount(0);
  await bob.says('thank you');
  await teacher.reads('thank you');
  // The same from the list of those who are muted.
  await teacher.actsOn('thank you', 'Mute Bob');
  await expect(muted).toBeVisible();
  await ann.panel.getByRole('button', { name: 'Settings of the conversation' }).click();
  const settings = ann.panel.getByRole('region', { name: 'Settings of the conversation' });
  await settings.getByRole('button', { name: 'Unmute Bob' }).click();
  await expect(field).toBeVisible();

  const closed = bob.panel.getByText('The presenter has closed the conversation for now.');
  await settings.getByRole('switch', { name: 'Viewers may write' }).click();
  await expect(closed).toBeVisible();
  await expect(field).toHaveCount(0);
  await settings.getByRole('switch', { name: 'Viewers may write' }).click();
  await expect(closed).toHaveCount(0);
  await bob.says('open again');
  await teacher.reads('open again');
});

test('keeping order by keyboard: the focus stays near what was done', { tag: '@long' }, async ({
  presenter,
  openViewer,
}) => {
  await presenter.open();
  await presenter.goLive({ channel: 'focus', title: 'Focus' });
  const viewer = await openViewer();
  await viewer.open('focus');
  const [ann, teacher] = [new Participant(viewer.page), new Participant(presenter.page)];
  await ann.isCalled('Ann');
  await ann.says('the first');
  await ann.says('the second');
  await teacher.reads('the second');
  const { page, panel } = teacher;
  const menuOf = (text: string) => teacher.message(text).getByRole('button', { name: /^Actions for/ });
  const actOn = async (text: string, action: string) => {
    await page.keyboard.press('Enter');
    await pressByKey(page, teacher.message(text).getByRole('button', { name: action, exact: true }));
  };
  await menuOf('the first').focus();
  await actOn('the first', 'Pin');
  await expect(menuOf('the first')).toBeFocused();
  await actOn('the first', 'Delete');
  await expect(teacher.message('the first')).toHaveCount(0);
  await expect(menuOf('the second')).toBeFocused();

  await teacher.opens('Polls');
  const newPoll = panel.getByRole('button', { name: 'New poll' });
  await pressByKey(page, newPoll);
  await pressByKey(page, panel.getByRole('button', { name: 'Cancel' }));
  await expect(newPoll).toBeFocused();
  await page.keyboard.press('Enter');
  for (const text of ['Tea or coffee?', 'Tea', 'Coffee']) {
    await page.keyboard.type(text);
    await page.keyboard.press('Tab');
  }
  await pressByKey(page, panel.getByRole('button', { name: 'Start the poll' }));
  await expect(newPoll).toBeFocused();
  await pressByKey(page, panel.getByRole('button', { name: 'Close the poll' }));
  await expect(panel.getByText('Closed', { exact: true })).toBeVisible();
  await expect(newPoll).toBeFocused();

  await ann.opens('Questions');
  await ann.asks('Why is the sky blue?');
  await ann.asks('How deep is the sea?');
  await teacher.opens('Questions');
  const item = (text: string) => panel.getByRole('listitem').filter({ hasText: text });
  await tabTo(page, item('Why is').getByRole('button', { name: 'Answer now' }));
  await page.keyboard.press('Enter');
  await expect(item('Why is').getByText('Being answered')).toBeVisible();
  await expect(item('Why is').getByRole('button', { name: 'Done' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(item('Why is').getByText('Answered', { exact: true })).toBeVisible();
  await expect(item('How deep').getByRole('button', { name: /vote for/ })).toBeFocused();

  await panel.getByRole('button', { name: 'Settings of the conversation' }).click();
  await panel.getByLabel('Slow mode').selectOption('One message every 60 s');
  await ann.opens('Chat');
  await expect(ann.panel.getByText('Slow mode: one message every 60 s')).toBeVisible();
  await ann.says('too early');
  await expect(ann.panel.getByText('Not sent: Slow mode is on')).toBeVisible();
  await ann.panel.getByRole('button', { name: 'Discard' }).press('Enter');
  await expect(ann.log.locator('[data-unsent]')).toHaveCount(0);
  await expect(ann.log).toBeFocused();
});
