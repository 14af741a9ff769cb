import { expect, type Page } from 'playwright/test';
import { installTestSource, testSource } from '../media/test-source.ts';

/** The actions and observations of a person who presents. */
export class Presenter {
  readonly page: Page;
  readonly #key: string;

  constructor(page: Page, key: string) {
    this.page = page;
    this.#key = key;
  }

  /** Opens the presenter's link; the test source replaces the camera unless `camera` is `as it is`. */
  async open(
    options: { camera?: 'test source' | 'grainy test source' | 'as it is'; url?: string; link?: string } = {},
  ): Promise<void> {
    const grain = options.camera === 'grainy test source';
    if (options.camera !== 'as it is') await installTestSource(this.page, { ...testSource, grain });
    await this.page.goto(options.link ?? `${options.url ?? ''}/present#key=${encodeURIComponent(this.#key)}`);
    await expect(this.page.getByLabel('Your camera', { exact: true })).toBeVisible();
  }

  /** After a show: goes back to the form for the next one. */
  async preparesAnother(): Promise<void> {
    await this.page.getByRole('button', { name: 'Prepare another broadcast' }).click();
    await expect(this.page.getByLabel('Your camera', { exact: true })).toBeVisible();
  }

  /** Fills in the form and goes live; resolves once the page shows that the show is live. */
  async goLive(show: { channel: string; title: string; record?: boolean }): Promise<void> {
    await this.fillIn(show);
    await this.page.getByRole('button', { name: 'Go live' }).click();
    await this.seesThatItIsLive();
  }

  async fillIn(show: { channel: string; title: string; record?: boolean }): Promise<void> {
    await this.page.getByLabel('Channel', { exact: true }).fill(show.channel);
    await this.page.getByLabel('Title', { exact: true }).fill(show.title);
    await this.page.getByRole('switch', { name: /record/i }).setChecked(show.record ?? false);
  }

  /** Returns the link with which another device takes the show over. */
  async handsOver(): Promise<string> {
    await this.page.getByRole('button', { name: 'Continue on another device' }).click();
    await this.page.getByRole('button', { name: 'Copy the link' }).click();
    await expect(this.page.getByText('The link is copied.')).toBeAttached();
    const link = await this.page.evaluate(() => navigator.clipboard.readText());
    await this.page.getByRole('button', { name: 'Close' }).click();
    return link;
  }

  async seesThatItIsLive(): Promise<void> {
    await expect(this.page.getByRole('main').getByText('You are live')).toBeVisible();
  }

  /** Presses a recording button, and waits until the studio shows the outcome. */
  async switchesRecording(button: string, outcome: string): Promise<void> {
    await this.page.getByRole('button', { name: button, exact: true }).click();
    await this.seesOfTheRecording(outcome);
  }

  /** Expects the studio to show this phase of the recording. */
  async seesOfTheRecording(phase: string): Promise<void> {
    const recording = this.page.getByRole('region', { name: 'Recording', exact: true });
    await expect(recording.getByText(phase, { exact: true })).toBeVisible({ timeout: 15_000 });
  }

  /** Expects the microphone's level to be shown: its bar has a width. */
  async seesTheLevel(): Promise<void> {
    const bar = this.page.getByTestId('microphone-level');
    await expect.poll(async () => (await bar.boundingBox())?.width ?? 0).toBeGreaterThan(5);
  }

  async seesViewers(count: number): Promise<void> {
    await expect(
      this.page.getByText(count === 1 ? '1 viewer' : `${count} viewers`, { exact: true }).first(),
    ).toBeVisible();
  }

  /** Ends the show, and confirms. */
  async end(): Promise<void> {
    await this.page.getByRole('button', { name: 'End broadcast' }).click();
    await this.page.getByRole('button', { name: 'End for everyone' }).click();
    // Next's announcer of pages may still say it.
    await expect(this.page.getByRole('main').getByText('You are live')).toBeHidden();
  }
}
