import { expect, type Page } from 'playwright/test';

/** Words that are the same in every language: names, and technical terms that are not English words. */
const namesEverywhere = [
  'Rostrum',
  'English',
  'Chrome',
  'Edge',
  'Firefox',
  'Safari',
  'VLC',
  'VPN',
  'https',
  'localhost',
  'npm run media-server',
];

/** Everything on a page that a person sees or a screen reader speaks: its texts, names, hints, and its title. */
export function textsOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const spoken = ['aria-label', 'aria-description', 'aria-valuetext', 'alt', 'placeholder', 'title'];
    // Text areas contain code for copying.
    const notText = 'script, style, svg title, noscript, textarea, next-route-announcer';
    const texts = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node: Node | null = walker.currentNode; node !== null; node = walker.nextNode()) {
      if (node instanceof Element) {
        for (const name of spoken) texts.push(node.getAttribute(name) ?? '');
      } else if (node.parentElement?.closest(notText) === null) {
        texts.push(node.textContent ?? '');
      }
    }
    return texts.map((text) => text.trim()).filter((text) => text !== '');
  });
}

/** The texts with parts of English sentences: three Latin words in a row, after all `names` are removed. */
export function englishIn(texts: readonly string[], names: readonly string[]): string[] {
  return texts.filter((text) => {
    const rest = [...names, ...namesEverywhere].reduce((left, name) => left.replaceAll(name, '0'), text);
    return /\p{Script=Latin}+(?:[\s,.;:!?'’“”()–-]+\p{Script=Latin}+){2,}/u.test(rest);
  });
}

/** Expects a page without any English text except the given names, and with Korean text. */
export async function expectKorean(page: Page, place: string, names: readonly string[] = []): Promise<void> {
  const texts = await textsOf(page);
  expect.soft(englishIn(texts, names), `no English is left on ${place}`).toEqual([]);
  expect(texts.join(' '), `${place} is in Korean`).toMatch(/\p{Script=Hangul}{2}/u);
}
