import { expect, type Locator, type Page } from 'playwright/test';

/** The largest number of Tab presses that any element may need. */
const mostSteps = 40;

/** Goes to `wanted` with the Tab key only; at every step the focus must be visible. */
export async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await expect(wanted).toBeVisible();
  const passed: string[] = [];
  while (passed.length < mostSteps) {
    await page.keyboard.press('Tab');
    const look = () => wanted.evaluate(lookAtFocus);
    const { name, isWanted } = await look();
    // A browser may take a moment to scroll there.
    const message = `the focus on ${name}, after ${passed.at(-1) ?? 'the start'}`;
    await expect.poll(async () => (await look()).fault, { message, timeout: 3_000 }).toBeNull();
    if (isWanted) return;
    passed.push(name);
  }
  throw new Error(`The Tab key does not lead to ${wanted}. It led to:\n${passed.join('\n')}`);
}

/** Goes to `wanted` by keyboard, and presses Enter there. */
export async function pressByKey(page: Page, wanted: Locator): Promise<void> {
  await tabTo(page, wanted);
  await page.keyboard.press('Enter');
}

type Look = { name: string; isWanted: boolean; fault: string | null };

/** The focused element, whether it is `wanted`, and why its focus would not be visible. */
function lookAtFocus(wanted: Element): Look {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement) || element === document.body) {
    return { name: 'the page', isWanted: false, fault: null };
  }
  const look = { name: element.getAttribute('aria-label') ?? element.textContent, isWanted: element === wanted };
  // The controls inside are the browser's own, and so are their focus marks.
  if (element instanceof HTMLVideoElement && element.controls) return { ...look, fault: null };
  // A control that is invisible itself is represented by an element around it.
  const around = [element, element.closest('label'), element.closest('article')];
  const isMarked = around.some((one) => {
    const style = one === null ? null : getComputedStyle(one);
    return style !== null && style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2;
  });
  if (!isMarked) return { ...look, fault: 'nothing marks it' };
  const { left, top, width, height } = element.getBoundingClientRect();
  const [x, y] = [left + width / 2, top + height / 2];
  if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) return { ...look, fault: 'it is out of sight' };
  const above = document.elementFromPoint(x, y);
  const isFree = above !== null && around.some((one) => one?.contains(above) || above.contains(one));
  return { ...look, fault: isFree ? null : 'something lies on it' };
}
