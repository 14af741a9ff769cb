import { expect, type Page } from 'playwright/test';
import { levelOf } from '../media/colour-and-tone.ts';
import { installTestSource, testSource } from '../media/test-source.ts';

/**
 * What the guests send, so that a test can tell them from the presenter and from each other. They are greys: a browser
 * that encodes a canvas converts its colours in another way than the one that decodes them assumes, and what goes through
 * two canvases is off by a quarter; but grey stays grey.
 */
export const guestSources = [
  { colour: [215, 215, 215], toneHz: 700 },
  { colour: [140, 140, 140], toneHz: 1_000 },
  { colour: [65, 65, 65], toneHz: 1_400 },
] as const satisfies readonly { colour: readonly [number, number, number]; toneHz: number }[];

/** The actions and observations of a person whom the presenter has invited. */
export class Guest {
  readonly page: Page;
  readonly name: string;

  constructor(page: Page, name: string) {
    this.page = page;
    this.name = name;
  }

  /** Opens an invitation and enters the green room. */
  async enters(invitation: string, source: (typeof guestSources)[number] = guestSources[0]): Promise<void> {
    const { width, height } = testSource;
    await installTestSource(this.page, { width, height, ...source });
    await this.page.goto(invitation);
    await this.page.getByLabel('Your name', { exact: true }).fill(this.name);
    await this.page.getByRole('button', { name: 'Enter the green room' }).click();
  }

  /** Is invited in the studio, enters, and is brought on air. */
  async comesOnAir(studio: Page, source?: (typeof guestSources)[number]): Promise<void> {
    await this.enters(await invite(studio), source);
    await studio.getByRole('button', { name: `Bring ${this.name} on air`, exact: true }).click();
    await this.seesThatItIsOnAir();
  }

  async seesThatItIsInTheGreenRoom(): Promise<void> {
    await expect(this.page.getByRole('heading', { name: 'You are not on air yet' })).toBeVisible();
  }

  async seesThatItIsOnAir(): Promise<void> {
    await expect(this.page.getByRole('heading', { name: 'You are on air' })).toBeVisible({ timeout: 30_000 });
  }

  /** Expects the tone `hz` to be heard from others, or not. */
  async hears(hz: number, isHeard = true): Promise<void> {
    const players = this.page.locator('audio[data-person]');
    await expect(async () => {
      const levels = await Promise.all((await players.all()).map((player) => levelOf(player, hz)));
      const loudest = Math.max(-200, ...levels);
      if (isHeard) expect(loudest).toBeGreaterThan(-60);
      else expect(loudest).toBeLessThan(-60);
    }).toPass({ timeout: 30_000 });
  }
}

/** Makes an invitation in the studio, and returns its link. */
export async function invite(page: Page): Promise<string> {
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  if (!(await button('Invite a guest').isVisible())) await page.getByText('Guests', { exact: true }).click();
  await button('Invite a guest').click();
  await button('Copy invitation 1').click();
  await expect(page.getByText('The invitation is copied.')).toBeAttached();
  return await page.evaluate(() => navigator.clipboard.readText());
}

/** Presses an arrangement in the studio. */
export async function pressArrangement(studio: Page, name: string): Promise<void> {
  await studio
    .locator('label')
    .filter({ has: studio.getByRole('radio', { name, exact: true }) })
    .click();
}
