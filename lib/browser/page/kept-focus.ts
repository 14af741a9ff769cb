/** What can take the focus: controls, and regions that scroll. A link is no place from which to go on. */
const controls = ['button', 'select', 'input'].map((name) => `${name}:not(:disabled, [tabindex="-1"])`).join();
const regions = ':not(a, button, input, select)[tabindex="0"]';
const textFields = 'textarea, input:not([type="radio"], [type="checkbox"])';

/**
 * Keeps the keyboard focus inside `root` when the control that has it goes away or is disabled; browsers would start
 * again at the top of the page. The focus moves to the nearest control after the place where the former one was, or else
 * before it, or else to the region around it. From a text field it moves to a region at once, because what is being
 * typed must press no button. If something else has taken the focus meanwhile, nothing happens.
 * @returns a function that stops it
 */
export function keepFocus(root: HTMLElement): () => void {
  let last: HTMLElement | null = null;
  const focused = ({ target }: FocusEvent) => {
    last = target instanceof HTMLElement ? target : null;
  };
  const blurred = () => {
    // Some browsers report the blur of an element that is being removed, and all report it when another window is used.
    queueMicrotask(() => {
      if (last !== null && last !== document.activeElement && !isGone(last)) last = null;
    });
  };
  const observer = new MutationObserver((changes) => {
    const lost = last;
    if (lost === null || !isGone(lost)) return;
    last = null;
    const now = document.activeElement;
    if (now === null || now === document.body || now === lost) placeNear(lost, root, changes)?.focus();
  });
  root.addEventListener('focusin', focused);
  root.addEventListener('focusout', blurred);
  observer.observe(root, { childList: true, subtree: true, attributes: true, attributeFilter: ['disabled'] });
  return () => {
    observer.disconnect();
    root.removeEventListener('focusin', focused);
    root.removeEventListener('focusout', blurred);
  };
}

function isGone(element: Element): boolean {
  return !element.isConnected || element.matches(':disabled');
}

/** What is near the place that `lost` had before `changes`. */
function placeNear(lost: Element, root: Element, changes: readonly MutationRecord[]): HTMLElement | null {
  const wanted = lost.matches(textFields) ? regions : `${controls}, ${regions}`;
  let node: Node = lost;
  while (node !== root) {
    const removed = node;
    // What was only moved counts as being where it was, too.
    const change = changes.find(({ removedNodes }) => [...removedNodes].includes(removed));
    const around: Node | null = change?.target ?? node.parentNode;
    const { nextSibling, previousSibling }: { nextSibling: Node | null; previousSibling: Node | null } = change ?? node;
    if (!(around instanceof HTMLElement)) return null;
    const found =
      firstFrom(nextSibling, 'nextSibling', wanted) ?? firstFrom(previousSibling, 'previousSibling', wanted);
    if (found !== null) return found;
    if (around.isConnected && around.matches(regions)) return around;
    node = around;
  }
  return null;
}

/** The first element to match, in `start` and the siblings on one side of it. */
function firstFrom(
  start: Node | null,
  direction: 'nextSibling' | 'previousSibling',
  wanted: string,
): HTMLElement | null {
  for (let node = start; node !== null; node = node[direction]) {
    if (!(node instanceof HTMLElement) || !node.isConnected) continue;
    const found = [node, ...node.querySelectorAll<HTMLElement>('*')].find(
      (one) => one.matches(wanted) && one.closest('[hidden]') === null,
    );
    if (found !== undefined) return found;
  }
  return null;
}
