import { expect } from 'playwright/test';
import type { Viewer } from './viewer.ts';

/** What a viewer's page has noted: each connection, when it was ready and closed, and what should not have happened. */
type Notes = { links: { connectedMs: number | null; closedMs: number | null }[]; breaks: string[] };

/** Opens a viewer whose page notes how its connections follow each other, and every break that a person would see. */
export async function watches(viewer: Viewer, address: string): Promise<Viewer> {
  await viewer.page.addInitScript(() => {
    const notes: Notes = { links: [], breaks: [] };
    Object.assign(window, { notes });
    const Original = window.RTCPeerConnection;
    window.RTCPeerConnection = class extends Original {
      readonly #link: Notes['links'][number] = { connectedMs: null, closedMs: null };
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        notes.links.push(this.#link);
        this.addEventListener('connectionstatechange', () => {
          if (this.connectionState === 'connected') this.#link.connectedMs ??= performance.now();
        });
      }
      override close() {
        this.#link.closedMs ??= performance.now();
        super.close();
      }
    };
    const look = () => {
      if (/Reconnecting/.test(document.body?.innerText ?? '')) notes.breaks.push('reconnecting');
    };
    new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true });
    // The events of an element without bubbling are seen on the way down.
    addEventListener('emptied', () => notes.breaks.push('emptied'), { capture: true });
  });
  await viewer.page.goto(address);
  await viewer.seesMovingVideo();
  // What happened until there was a picture is of no interest.
  await viewer.page.evaluate(() => (window as unknown as { notes: Notes }).notes.breaks.splice(0));
  return viewer;
}

/** The notes of {@link watches} so far. */
export function notesOf({ page }: Viewer): Promise<Notes> {
  // The script above put this into the page.
  return page.evaluate(() => (window as unknown as { notes: Notes }).notes);
}

/**
 * Expects other connections to have taken the place of the first ones, at least so many times, and each to have been ready
 * before the one before it was closed.
 */
export async function expectMoved(viewer: Viewer, times = 1): Promise<void> {
  const used = async () => (await notesOf(viewer)).links.filter(({ connectedMs }) => connectedMs !== null);
  await expect
    .poll(async () => (await used()).filter(({ closedMs }) => closedMs !== null).length)
    .toBeGreaterThanOrEqual(times);
  const links = await used();
  expect(links.length).toBeGreaterThan(times);
  for (const [index, { closedMs }] of links.slice(0, -1).entries()) {
    expect(closedMs).toBeGreaterThan(links[index + 1]?.connectedMs ?? Number.POSITIVE_INFINITY);
  }
}
