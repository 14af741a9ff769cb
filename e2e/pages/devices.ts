import type { Browser, Locator, Page } from 'playwright/test';
import { Viewer } from './viewer.ts';

/** The device on which a viewer watches. */
export type Device = { viewport: { width: number; height: number }; hasTouch?: boolean; isMobile?: boolean };

/** A phone that is held upright, and a screen on a desk. */
export const phone: Device = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
export const desktop: Device = { viewport: { width: 1280, height: 800 } };

/** Opens a viewer with their own device and language. */
export async function openDevice(browser: Browser, baseURL: string, device: Device, locale = 'en-US'): Promise<Viewer> {
  const context = await browser.newContext({ ...device, baseURL, locale });
  return new Viewer(await context.newPage());
}

/** The stage of a watch page. */
export function stageOf(page: Page): Locator {
  return page.getByRole('region', { name: 'Stage', exact: true });
}

/** The opacity of a control that may have faded: `0` to `1`. */
export function opacityOf(control: Locator): Promise<string> {
  return control.evaluate((element) => getComputedStyle(element.closest('.fades') ?? element).opacity);
}

/** Whether anything is in fullscreen mode. */
export function isFull(page: Page): Promise<boolean> {
  return page.evaluate(() => document.fullscreenElement !== null);
}
