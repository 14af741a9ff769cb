import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../lib/errors.ts';
import type { DownloadForm, RecordingDetails } from '../../../lib/recording-details.ts';
import { inspectMedia, type JoinedContainer, openMedia, playableTracks } from '../media-file.ts';
import { joinMedia } from '../media-join.ts';
import type { LocatedRecording } from '../recording-manifest.ts';
import { extensionOf } from '../recording-parts.ts';
import type { Cut } from './cut.ts';

/** A form that has to be made first. */
export type MadeForm = Exclude<DownloadForm, 'stored'>;

/** A file that was made for a download, which exists until the last download that uses it has called `release`. */
export type MadeFile = { folder: string; file: string; contentType: string; release: () => void };

/** How many files are made at the same time, and how many may wait for that. */
const mostAtOnce = 2;
const mostWaiting = 10;
/** How much of a track is read to estimate its size, in packets. */
const estimatedPackets = 500;
/** Players accept these in MP4; VP8 is not among them. */
const mp4Videos = new Set(['vp9', 'av1', 'avc']);

export function noSuchForm(): AppError {
  return new AppError(
    'recording-not-found',
    'This recording does not exist in this form. Please download it as it is stored.',
  );
}

/** How a form is made of a recording with these codecs. */
type Recipe = { container: JoinedContainer; extension: string; contentType: string; kinds: Cut['kinds'] };

/** How `form` is made of a recording; `null` if it cannot be, or would be no other than the stored one. */
function recipeFor(
  form: MadeForm,
  { codecs, contentType }: { codecs: readonly string[]; contentType: string },
): Recipe | null {
  const isVideo = contentType.startsWith('video/');
  const sound = codecs.find((codec) => codec === 'opus' || codec === 'aac');
  const picture = codecs.find((codec) => codec !== sound);
  if (!isVideo || picture === undefined) return null;
  if (form === 'mp4') {
    if (contentType === 'video/mp4' || !mp4Videos.has(picture)) return null;
    return { container: 'mp4', extension: 'mp4', contentType: 'video/mp4', kinds: ['video', 'audio'] };
  }
  if (sound === undefined) return null;
  // All browsers and most players know Opus in WebM; in MP4, few do.
  return sound === 'opus'
    ? { container: 'webm', extension: 'webm', contentType: 'audio/webm', kinds: ['audio'] }
    : { container: 'mp4', extension: 'm4a', contentType: 'audio/mp4', kinds: ['audio'] };
}

/** Makes other forms of recordings for downloads, by copying packets into files that are deleted afterwards. */
export class DownloadForms {
  readonly #made = new Map<string, { users: number; made: Promise<MadeFile> }>();
  readonly #closing = new AbortController();
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** The forms of a recording, with their sizes. */
  async offer({ recording, folder, file, isOnDisk }: LocatedRecording): Promise<RecordingDetails['downloads']> {
    const { sizeBytes, contentType, durationMs } = recording;
    const stored = { form: 'stored' as const, format: extensionOf(contentType), sizeBytes };
    if (!isOnDisk) return [stored];
    const mp4 = recipeFor('mp4', recording);
    const sound = recipeFor('sound', recording);
    return [
      stored,
      ...(mp4 === null ? [] : [{ form: 'mp4' as const, format: mp4.extension, sizeBytes }]),
      ...(sound === null
        ? []
        : [
            {
              form: 'sound' as const,
              format: sound.extension,
              sizeBytes: await soundSize(join(folder, file), durationMs ?? 0),
            },
          ]),
    ];
  }

  /**
   * Makes the file of a form, unless another download uses it at the moment.
   * @throws AppError `recording-not-found` if there is no such form, `too-many-requests`; Error of node:fs
   */
  async open(located: LocatedRecording, form: MadeForm): Promise<MadeFile> {
    const { recording, folder, file, isOnDisk } = located;
    const recipe = recipeFor(form, recording);
    if (recipe === null || !isOnDisk) throw noSuchForm();
    const name = `${recording.id} ${file} ${form}`;
    const known = this.#made.get(name);
    const entry = known ?? { users: 0, made: this.#inTurn(() => this.#make(folder, file, form, recipe)) };
    this.#made.set(name, entry);
    entry.users += 1;
    let isReleased = false;
    const release = () => {
      if (isReleased) return;
      isReleased = true;
      entry.users -= 1;
      if (entry.users > 0) return;
      this.#made.delete(name);
      void rm(join(folder, fileNameOf(form, recipe)), { force: true }).catch(() => undefined);
    };
    try {
      return { ...(await entry.made), release };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Aborts what is being made. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const begin of this.#waiting.splice(0)) begin();
    await Promise.allSettled([...this.#made.values()].map(({ made }) => made));
  }

  async #make(folder: string, file: string, form: MadeForm, recipe: Recipe): Promise<MadeFile> {
    const path = join(folder, file);
    const info = await inspectMedia(path);
    if (info === null) throw new AppError('recording-not-found', 'There is nothing to download in this recording.');
    const name = fileNameOf(form, recipe);
    const cut = { fromMs: 0, toMs: Number.POSITIVE_INFINITY, kinds: recipe.kinds };
    await joinMedia(
      [{ path, info, cut }],
      { path: join(folder, name), container: recipe.container },
      this.#closing.signal,
    );
    return { folder, file: name, contentType: recipe.contentType, release: () => undefined };
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#running >= mostAtOnce) {
      if (this.#waiting.length >= mostWaiting)
        throw new AppError('too-many-requests', 'Many downloads are being prepared. Please try again in a minute.');
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#closing.signal.throwIfAborted();
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }
}

function fileNameOf(form: MadeForm, { extension }: Recipe): string {
  return `download-${form}.${extension}`;
}

/** About how large the sound of a file is, in bytes. */
async function soundSize(path: string, durationMs: number): Promise<number> {
  const input = await openMedia(path);
  try {
    const track = (await playableTracks(input)).find((one) => one.isAudioTrack());
    const { averageBitrate = 0 } = (await track?.computePacketStats(estimatedPackets)) ?? {};
    return Math.round(((averageBitrate / 8) * durationMs) / 1000);
  } catch {
    return 0;
  } finally {
    input.dispose();
  }
}
