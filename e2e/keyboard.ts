import { expect, type Locator, type Page } from 'playwright/test';

/** As far as anything may be from where the focus is. */
const mostSteps = 40;

/** Goes to `wanted` with the Tab key alone; at every step on the way it must be seen where the focus is. */
export async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await expect(wanted).toBeVisible();
  const passed: string[] = [];
  while (passed.length < mostSteps) {
    await page.keyboard.press('Tab');
    const { name, fault, isWanted } = await wanted.evaluate(lookAtFocus);
    expect(fault, `the focus on ${name}, after ${passed.at(-1) ?? 'the start'}`).toBeNull();
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

/** What has the focus, whether it is what is `wanted`, and why nobody would see that it has it. */
function lookAtFocus(wanted: Element): Look {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement) || element === document.body) {
    return { name: 'the page', isWanted: false, fault: null };
  }
  const look = { name: element.getAttribute('aria-label') ?? element.textContent, isWanted: element === wanted };
  // The controls within are the browser's own, and so are their marks.
  if (element instanceof HTMLVideoElement && element.controls) return { ...look, fault: null };
  // What stands in for a control that cannot be seen itself is around it.
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
