import type { Recording } from '../../../lib/recording.ts';
import type { RecordingDetails, RecordingPiece, TrimRequest } from '../../../lib/recording-details.ts';
import type { Logger } from '../../logger.ts';
import { Upkeep } from '../changes/upkeep.ts';
import type { ConversationFiles } from '../conversation-files.ts';
import type { RecordingLibrary } from '../recording-library.ts';
import type { LocatedRecording } from '../recording-manifest.ts';
import { SerialQueues } from '../serial-queues.ts';
import { Conversions } from './conversions.ts';
import { DownloadForms } from './download-forms.ts';
import { addStills, posterFile, readStills, type Still, type StillSource, stillFiles } from './stills.ts';
import { StillsMaker } from './stills-maker.ts';
import { planPiece, trimRecording } from './trim.ts';

/** In milliseconds. */
const tidyEveryMs = 3_600_000;

type DerivedParts = {
  library: RecordingLibrary;
  conversations: ConversationFiles;
  /** The program that makes pictures and conversions; `null` for none. */
  ffmpeg: string | null;
  logger: Logger;
};

/** What is made of finished recordings: pictures, other forms, and pieces. */
export class Derived {
  readonly library: RecordingLibrary;
  readonly forms = new DownloadForms();
  readonly conversions: Conversions;
  readonly #maker: StillsMaker | null;
  readonly #trimParts: Parameters<typeof trimRecording>[0];
  readonly #trims = new SerialQueues();
  readonly #uploads = new SerialQueues();
  readonly #closing = new AbortController();
  readonly #tidying: Upkeep;

  constructor({ library, conversations, ffmpeg, logger }: DerivedParts) {
    this.library = library;
    this.#trimParts = { library, conversations, logger };
    this.#maker = ffmpeg === null ? null : new StillsMaker(ffmpeg, logger);
    this.conversions = new Conversions(ffmpeg, logger);
    this.#tidying = new Upkeep(() => this.#tidy(), tidyEveryMs);
    this.#tidying.begin();
  }

  /** @throws AppError as `RecordingLibrary.locate` */
  async details(id: string): Promise<RecordingDetails> {
    const located = await this.library.locate(id);
    const stills = await readStills(sourceOf(located));
    return {
      chapters: await this.library.chapters.of(id),
      hasPoster: (await posterFile(located.folder, stills)) !== null,
      thumbnails: stills?.thumbnails ?? null,
      isMakingPictures: stills === null && this.#makePictures(located),
      downloads: await this.forms.offer(located),
      conversion: await this.conversions.state(located),
      canBeTrimmed: located.isOnDisk && (located.recording.durationMs ?? 0) > 1_000,
    };
  }

  /** The name of the file of a recording's poster; `null` if there is none. */
  async poster(located: LocatedRecording): Promise<string | null> {
    return await posterFile(located.folder, await readStills(sourceOf(located)));
  }

  /** The name of the file of a recording's small pictures; `null` if there are none. */
  async thumbnails(located: LocatedRecording): Promise<string | null> {
    const stills = await readStills(sourceOf(located));
    return stills?.thumbnails == null ? null : stillFiles.thumbnails;
  }

  /**
   * Adds pictures that a browser has made.
   * @throws AppError `recording-not-found`; Error of node:fs
   */
  addPictures(id: string, poster: Buffer | null, pictures: readonly Still[]): Promise<void> {
    return this.#uploads.run(id, async () => {
      const { folder, file, isOnDisk, recording } = await this.library.locate(id);
      // Of recordings that have gone to a store, this machine keeps the manifest only.
      if (isOnDisk) await addStills({ folder, file, sizeBytes: recording.sizeBytes }, poster, pictures);
    });
  }

  /** What a piece would be; see {@link planPiece}. */
  async plan(id: string, piece: RecordingPiece): Promise<RecordingPiece> {
    return await planPiece(await this.library.locate(id), piece);
  }

  /** Makes a recording of a piece, one after the other; see {@link trimRecording}. */
  trim(id: string, wanted: TrimRequest): Promise<Recording> {
    const { signal } = this.#closing;
    return this.#trims.run(
      'all',
      async () => await trimRecording(this.#trimParts, await this.library.locate(id), wanted, signal),
    );
  }

  /** Aborts what is being made. Never rejects. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled([
      this.#maker?.close(),
      this.forms.close(),
      this.conversions.close(),
      this.#tidying.close(),
      this.#trims.over('all'),
    ]);
  }

  /** Deletes conversions that nobody needs any longer. Never rejects. */
  async #tidy(): Promise<void> {
    for (const { id } of await this.library.list().catch(() => [])) {
      if (this.#closing.signal.aborted) return;
      await this.library
        .locate(id)
        .then((located) => this.conversions.tidy(located))
        .catch(() => undefined);
    }
  }

  /** @returns whether pictures are being made */
  #makePictures({ recording, folder, file, isOnDisk }: LocatedRecording): boolean {
    if (this.#maker === null || !isOnDisk) return false;
    const { id, sizeBytes, durationMs, contentType } = recording;
    const hasPicture = contentType.startsWith('video/');
    return this.#maker.want(id, { folder, file, sizeBytes }, { durationMs: durationMs ?? 0, hasPicture });
  }
}

function sourceOf({ folder, file, recording: { sizeBytes } }: LocatedRecording): StillSource {
  return { folder, file, sizeBytes };
}
