/** The recordings that are chosen in a list, and where the next range begins. It is never changed in place. */
export type RecordingSelection = { readonly ids: ReadonlySet<string>; readonly anchor: string | null };

/** Nothing is chosen. */
export const nothingSelected: RecordingSelection = { ids: new Set(), anchor: null };

/**
 * Chooses a recording, or no longer. As a range, all from the one that was chosen or left before become as this one; `order`
 * has the ids as they are shown.
 */
export function toggle(
  { ids, anchor }: RecordingSelection,
  id: string,
  range: { order: readonly string[] } | null,
): RecordingSelection {
  const isChosen = !ids.has(id);
  const changed = new Set(ids);
  for (const one of range === null ? [id] : between(range.order, anchor, id)) {
    if (isChosen) changed.add(one);
    else changed.delete(one);
  }
  return { ids: changed, anchor: id };
}

/** What is left of a selection in a list that no longer has all of it. */
export function keepOnly(selection: RecordingSelection, order: readonly string[]): RecordingSelection {
  const shown = new Set(order);
  if ([...selection.ids].every((id) => shown.has(id))) return selection;
  return { ids: new Set([...selection.ids].filter((id) => shown.has(id))), anchor: null };
}

function between(order: readonly string[], anchor: string | null, id: string): readonly string[] {
  const [from, to] = [anchor === null ? -1 : order.indexOf(anchor), order.indexOf(id)];
  return from < 0 || to < 0 ? [id] : order.slice(Math.min(from, to), Math.max(from, to) + 1);
}
