import { expect, test } from '../fixtures.ts';
import { seesColour } from '../media/colour-and-tone.ts';
import { installTestSource, testSource } from '../media/test-source.ts';
import { Guest, guestSources } from '../pages/guest.ts';
import { expectAccessible, Participant } from '../pages/participant.ts';

const { width, height } = testSource;

test('a viewer who raised a hand is asked on stage, declines, and comes the next time', { tag: '@long' }, async ({
  presenter,
  openViewer,
}) => {
  test.setTimeout(180_000);
  await presenter.open();
  await presenter.goLive({ channel: 'asked', title: 'Asked' });
  const viewer = await openViewer();
  await installTestSource(viewer.page, { width, height, ...guestSources[0] });
  await viewer.open('asked');
  await viewer.seesMovingVideo();
  const ann = new Participant(viewer.page);
  const host = new Participant(presenter.page);
  await host.opens('Questions');
  await ann.isCalled('Ann');
  await ann.opens('Questions');
  const question = viewer.page.getByText('The presenter asks you to come on stage');
  const raise = ann.panel.getByRole('button', { name: 'Raise your hand' });
  const ask = host.panel.getByRole('button', { name: 'Ask Ann on stage' });
  await raise.click();
  await ask.click();
  await expect(question).toBeVisible();
  // Nobody holds the hand up any more, and the question can be answered with "not now".
  await expect(ask).toBeHidden();
  await expectAccessible(viewer.page);
  await viewer.page.getByRole('button', { name: 'Not now' }).click();
  await expect(question).toBeHidden();
  await expect(presenter.page.getByText('Ann does not want to come on stage now.')).toBeVisible();
  await expect(presenter.page.getByText('Invitation of Ann', { exact: false })).toBeHidden();
  await raise.click();
  await ask.click();
  await viewer.page.getByRole('link', { name: 'Go to the green room' }).click();
  await expect(viewer.page.getByLabel('Your name', { exact: true })).toHaveValue('Ann');
  await viewer.page.getByRole('button', { name: 'Enter the green room' }).click();
  const guest = new Guest(viewer.page, 'Ann');
  await guest.seesThatItIsInTheGreenRoom();
  await seesColour(presenter.page.getByLabel('Ann', { exact: true }), [0.5, 0.42], guestSources[0].colour);
  await presenter.page.getByRole('button', { name: 'Bring Ann on air', exact: true }).click();
  await guest.seesThatItIsOnAir();
});
