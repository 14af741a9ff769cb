import { expect } from '../fixtures.ts';
import { installTestSource } from '../media/test-source.ts';
import { type LookAt, privateShow, type Walkers } from './walkers.ts';

/** The owner's keys, a presenter whose key is for one channel, and viewers who are asked for a passcode. */
export async function walkKeysAndPasscodes({ openPage, server }: Walkers, lookAt: LookAt): Promise<void> {
  const owner = await openPage();
  await owner.goto(`/keys#key=${server.key}`);
  await expect(owner.getByText('There are no presenter keys yet.')).toBeVisible();
  await lookAt(owner, 'keys-empty');
  await owner.getByLabel('Name', { exact: true }).fill(privateShow.presenter);
  await owner.getByLabel('Channels', { exact: true }).fill(privateShow.channel);
  await owner.getByRole('button', { name: 'Make the key' }).click();
  const text = owner.getByText(/^rk_/);
  await expect(text).toBeVisible();
  const key = (await text.textContent()) ?? '';
  await lookAt(owner, 'keys-made');
  await owner.getByRole('button', { name: 'Done' }).click();
  await owner.getByRole('button', { name: `Revoke the key of ${privateShow.presenter}` }).click();
  await expect(owner.getByRole('alertdialog')).toBeVisible();
  await lookAt(owner, 'keys-revoke');
  await owner.getByRole('button', { name: 'Keep it' }).click();

  await owner.goto('/pool');
  await expect(owner.getByRole('heading', { name: 'Everything is on one media server' })).toBeVisible();
  await lookAt(owner, 'pool-single');

  const presenter = await openPage();
  await installTestSource(presenter);
  await presenter.goto(`/present#key=${key}`);
  await expect(presenter.getByText(`You present as “${privateShow.presenter}”.`)).toBeVisible();
  await presenter.getByLabel('Title', { exact: true }).fill(privateShow.title);
  await presenter.getByText('Passcode for viewers').click();
  await expect(presenter.getByText(/^Everyone with the link can watch/)).toBeVisible();
  await presenter.getByLabel('Passcode', { exact: true }).fill(privateShow.passcode);
  await presenter.getByRole('button', { name: 'Ask for the passcode' }).click();
  await expect(presenter.getByText(/need the passcode/)).toBeVisible();
  await lookAt(presenter, 'present-passcode');
  await presenter.getByText('Announce it for later').click();
  await presenter.getByLabel('Starts at').fill(await presenter.evaluate(inSomeMonths));
  await presenter.getByRole('button', { name: 'Announce', exact: true }).click();
  await expect(presenter.getByText('It is announced on your watch page.')).toBeAttached();

  const viewer = await openPage();
  await viewer.goto('/');
  await expect(viewer.getByText('For invited viewers')).toBeVisible();
  await expect(viewer.getByText(privateShow.title)).toBeHidden();
  await lookAt(viewer, 'lobby-private');
  await viewer.goto(`/watch/${privateShow.channel}`);
  await expect(viewer.getByText('This broadcast asks for a passcode', { exact: true })).toBeVisible();
  await lookAt(viewer, 'watch-passcode');
  await viewer.getByLabel('Passcode').fill('a guess');
  await viewer.keyboard.press('Enter');
  await expect(viewer.getByRole('alert').filter({ hasText: 'This passcode is not right' })).toBeVisible();
  await lookAt(viewer, 'watch-passcode-wrong');
  await viewer.goto(`/embed/${privateShow.channel}`);
  await expect(viewer.getByLabel('Passcode')).toBeVisible();
  await lookAt(viewer, 'embed-passcode');
  await viewer.getByLabel('Passcode').fill(privateShow.passcode);
  await viewer.keyboard.press('Enter');
  await expect(viewer.getByText(privateShow.title).first()).toBeVisible();
}

/** A time some months ahead, as the field for it takes it. */
function inSomeMonths(): string {
  return new Date(Date.now() + 100 * 86_400_000).toISOString().slice(0, 16);
}
