import type { Page } from 'playwright/test';
import { test as base, expect, runServer } from './fixtures.ts';
import type { RostrumServer } from './rostrum-server.ts';
import { walkTheShow } from './walk-show.ts';
import { walkTheTroubles } from './walk-troubles.ts';
import { type LookAt, show, type Walkers } from './walkers.ts';

/** Playwright's test, with a server on which nothing was ever on air. */
export const test = base.extend<object, { server: RostrumServer }>({
  server: [runServer, { scope: 'worker' }],
});

/** Goes through every page before anything was ever on air, and through all troubles; calls `lookAt` for each state. */
export async function walkWithoutAShow(people: Walkers, lookAt: LookAt): Promise<void> {
  await walkAnEmptyHouse(await people.openPage(), lookAt);
  await walkTheTroubles(people, lookAt);
}

/** Goes through every state of a show that a person sees, and through its recording; calls `lookAt` for each state. */
export async function walkWithAShow(people: Walkers, lookAt: LookAt): Promise<void> {
  await walkTheShow(people, lookAt);
  await walkTheRecordings(await people.openPage(), lookAt);
}

async function walkAnEmptyHouse(visitor: Page, lookAt: LookAt): Promise<void> {
  await visitor.goto('/');
  await expect(visitor.getByText('The house is quiet')).toBeVisible();
  await lookAt(visitor, 'lobby-empty');
  await visitor.goto('/recordings');
  await expect(visitor.getByText('Nothing recorded yet')).toBeVisible();
  await lookAt(visitor, 'recordings-empty');
  await visitor.goto('/recordings/none');
  await expect(visitor.getByText('This recording does not exist')).toBeVisible();
  await lookAt(visitor, 'recording-missing');
  await visitor.goto('/nowhere');
  await expect(visitor.getByText('There is nothing at this address')).toBeVisible();
  await lookAt(visitor, 'not-found');
  await visitor.goto('/watch/NO');
  await expect(visitor.getByText('This watch link is not complete')).toBeVisible();
  await lookAt(visitor, 'watch-wrong-channel');
  await visitor.goto('/present');
  await expect(visitor.getByText('Who is presenting?')).toBeVisible();
  await lookAt(visitor, 'present-key');
}

async function walkTheRecordings(visitor: Page, lookAt: LookAt): Promise<void> {
  await visitor.goto('/recordings');
  const play = visitor.getByRole('button', { name: `Play ${show.title}` });
  await expect(play).toBeVisible({ timeout: 30_000 });
  await lookAt(visitor, 'recordings');
  await play.click();
  await expect(visitor.getByRole('dialog').locator('video')).toBeVisible();
  await lookAt(visitor, 'recording-dialog');
  await visitor.keyboard.press('Escape');
  await expect(play, 'the focus is back where it came from').toBeFocused();
  await visitor.getByRole('button', { name: `Delete ${show.title}` }).click();
  await expect(visitor.getByRole('alertdialog')).toBeVisible();
  await lookAt(visitor, 'recording-deletion');
  await visitor.keyboard.press('Escape');
  await expect(visitor.getByRole('button', { name: `Delete ${show.title}` })).toBeFocused();
  await visitor.getByRole('link', { name: show.title, exact: true }).click();
  await expect(visitor.locator('video')).toBeVisible();
  await lookAt(visitor, 'recording');
}
