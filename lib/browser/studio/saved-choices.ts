import { cornerFrom, type MediaPlan, sourceFrom } from '../capture/media-plan.ts';
import { qualityFrom } from '../rtc/quality.ts';
import { soundModeFrom } from '../rtc/sound-mode.ts';

/** The stored fields of the last show. */
export type RememberedShow = { channel: string; title: string; record: boolean };

const storageKey = 'rostrum.last-show';

type ReadStorage = Pick<Storage, 'getItem'>;
type WriteStorage = Pick<Storage, 'setItem'>;

/** Reads the fields of the last show; fields that are missing or of another type are left out. */
export function loadShow(storage: ReadStorage): Partial<RememberedShow> {
  const fields = read(storage);
  const show: Partial<RememberedShow> = {};
  for (const name of ['channel', 'title'] as const) {
    const value = fields.get(name);
    if (typeof value === 'string') show[name] = value;
  }
  const record = fields.get('record');
  if (typeof record === 'boolean') show.record = record;
  return show;
}

/** Reads the last media plan; missing fields get the defaults. */
export function loadPlan(storage: ReadStorage): MediaPlan {
  const fields = read(storage);
  const device = (name: string) => {
    const value = fields.get(name);
    return typeof value === 'string' ? value : 'any';
  };
  return {
    camera: device('camera'),
    microphone: device('microphone'),
    source: sourceFrom(fields.get('source')),
    corner: cornerFrom(fields.get('corner')),
    quality: qualityFrom(fields.get('height'), fields.get('frameRate')),
    sound: soundModeFrom(fields.get('sound')),
  };
}

/** Whether shows may have a preview picture on the front page, unless the presenter has forbidden that. */
export function loadPreviewsAllowed(storage: ReadStorage): boolean {
  return read(storage).get('previews') !== false;
}

/** Stores whether shows may have a preview picture. */
export function savePreviewsAllowed(storage: ReadStorage & WriteStorage, previews: boolean): void {
  write(storage, { previews });
}

/** Stores the fields of the show, so that the next one needs one click. */
export function saveShow(storage: ReadStorage & WriteStorage, { channel, title, record }: RememberedShow): void {
  write(storage, { channel, title, record });
}

/** Stores the media plan. */
export function savePlan(storage: ReadStorage & WriteStorage, plan: MediaPlan): void {
  const { camera, microphone, source, corner, quality, sound } = plan;
  write(storage, { camera, microphone, source, corner, sound, ...quality });
}

function read(storage: ReadStorage): Map<string, unknown> {
  try {
    const kept: unknown = JSON.parse(storage.getItem(storageKey) ?? '{}');
    return new Map(Object.entries(typeof kept === 'object' && kept !== null ? kept : {}));
  } catch {
    return new Map();
  }
}

/** Stores `fields` in addition to the others. Ignores browsers that store nothing. */
function write(storage: ReadStorage & WriteStorage, fields: Record<string, unknown>): void {
  try {
    storage.setItem(storageKey, JSON.stringify({ ...Object.fromEntries(read(storage)), ...fields }));
  } catch {
    // Only a convenience is lost.
  }
}
