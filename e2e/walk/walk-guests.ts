import { expect } from '../fixtures.ts';
import { Guest, guestSources, invite } from '../pages/guest.ts';
import { type LookAt, show, type Walkers } from './walkers.ts';

/** The name of the guest in the walks. */
export const guestName = 'Ada Lovelace';

/** A show with a guest, on the guest's page and in the studio. */
export async function walkWithAGuest({ presenter, openPage }: Walkers, lookAt: LookAt): Promise<void> {
  const studio = presenter.page;
  await presenter.open();
  await presenter.goLive(show);
  const invitation = await invite(studio);
  await lookAt(studio, 'studio-invitation');
  const stranger = await openPage();
  await stranger.goto(`/guest/${show.channel}`);
  await expect(stranger.getByRole('button', { name: 'Enter the green room' })).toBeEnabled();
  await lookAt(stranger, 'guest-door');

  const guest = new Guest(await openPage(), guestName);
  await guest.enters(invitation, guestSources[0]);
  await guest.seesThatItIsInTheGreenRoom();
  await expect(studio.getByText('Green room', { exact: true })).toBeVisible();
  await lookAt(guest.page, 'guest-green-room');
  await lookAt(studio, 'studio-guest-waiting');

  await studio.getByRole('button', { name: `Bring ${guestName} on air`, exact: true }).click();
  await guest.seesThatItIsOnAir();
  await lookAt(guest.page, 'guest-on-air');
  await expect(studio.getByRole('radio', { name: 'Automatic', exact: true })).toBeChecked();
  await lookAt(studio, 'studio-guest-on-air');

  await studio.getByRole('button', { name: `Send ${guestName} away`, exact: true }).click();
  await lookAt(studio, 'studio-guest-sent-away');
  await studio.getByRole('button', { name: 'Send away', exact: true }).last().click();
  await expect(guest.page.getByRole('heading', { name: /ended your part/ })).toBeVisible();
  await lookAt(guest.page, 'guest-sent-away');
  await presenter.end();
}
