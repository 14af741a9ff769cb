import { expect, test } from '../fixtures.ts';
import { expectAccessible, Participant } from '../pages/participant.ts';
import { Presenter } from '../pages/presenter.ts';
import { startRostrum } from '../servers/rostrum-server.ts';

test.setTimeout(120_000);

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
  await expect(ann.panel.getByRole('textbox', { name: 'Message', exact: true })).toBeEmpty();
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
  // A viewer who comes back is the same person, and sees what was written before.
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
  await teacher.panel.getByRole('button', { name: 'Remove Ann as a moderator' }).click();
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
  const offline = Array.from({ length: 9 }, (_, index) => `offline ${index + 1}`);
  for (const text of offline) await ann.says(text);
  await expect(ann.log.locator('[data-unsent]')).toHaveText(offline.map((text) => new RegExp(text)));
  await expect(
    ann.panel.getByText('What you write is sent when the connection is back.', { exact: false }),
  ).toBeVisible();
  const second = await startRostrum({ PORT: port }, { dataDir: first.dataDir });
  try {
    await ann.says('the last');
    // A page may send six messages at once; the others follow by themselves.
    await expect.poll(() => bob.texts(), { timeout: 60_000 }).toEqual(['one', 'two', ...offline, 'the last']);
    await expect.poll(() => ann.texts()).toEqual(['one', 'two', ...offline, 'the last']);
    await expect(ann.log.locator('[data-unsent]')).toHaveCount(0);
    await bob.page.reload();
    await expect.poll(() => bob.texts()).toEqual(['one', 'two', ...offline, 'the last']);
  } finally {
    await second.close();
  }
});
