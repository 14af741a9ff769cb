/** What the presenter chose last time, so that the next show needs one click. */
export type RememberedShow = { channel: string; title: string; record: boolean; camera: string; microphone: string };

const storageKey = 'rostrum.last-show';

type ReadStorage = Pick<Storage, 'getItem'>;
type WriteStorage = Pick<Storage, 'setItem'>;

/** What was remembered; fields that are missing or of another kind are left out. */
export function recallShow(storage: ReadStorage): Partial<RememberedShow> {
  let kept: unknown;
  try {
    kept = JSON.parse(storage.getItem(storageKey) ?? '{}');
  } catch {
    return {};
  }
  if (typeof kept !== 'object' || kept === null) return {};
  const fields = new Map(Object.entries(kept));
  const show: Partial<RememberedShow> = {};
  for (const name of ['channel', 'title', 'camera', 'microphone'] as const) {
    const value = fields.get(name);
    if (typeof value === 'string') show[name] = value;
  }
  const record = fields.get('record');
  if (typeof record === 'boolean') show.record = record;
  return show;
}

/** Remembers `show`. A browser that keeps nothing is no reason to complain. */
export function rememberShow(storage: WriteStorage, show: RememberedShow): void {
  try {
    storage.setItem(storageKey, JSON.stringify(show));
  } catch {
    // Nothing is lost but a convenience.
  }
}
