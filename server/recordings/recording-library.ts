import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AppError } from '../../lib/errors.ts';
import type { ListedRecording, Recording, RecordingListPage } from '../../lib/recording.ts';
import { RecordingError, type RecordingProblem } from '../../lib/recording-problems.ts';
import type { NewRecording, RecordingStore } from '../broadcast/recording-store.ts';
import type { Logger } from '../logger.ts';
import type { S3Settings } from '../s3-settings.ts';
import type { ListQuery } from './catalogue/recording-index.ts';
import { type CareSettings, LibraryCare, usualCare } from './changes/library-care.ts';
import { notFound, RecordingEditor } from './changes/recording-editor.ts';
import { ChapterNotes } from './derived/chapter-notes.ts';
import { posterFile, readStills, writePreview } from './derived/stills.ts';
import { RecordingFinisher } from './recording-finisher.ts';
import {
  isSettled,
  isUnfinished,
  type LocatedRecording,
  type Manifest,
  ManifestStore,
  toRecording,
  undecided,
} from './recording-manifest.ts';
import { freeSpace, measureFiles, type RecordingFiles, sizeOfLastPart, withCurrentSize } from './recording-measures.ts';
import { type ExpectedCodecs, expectRecording, isPartName, nextPartName } from './recording-parts.ts';
import { RecordingRepairs } from './recording-repairs.ts';
import { createRecordingId, isOwnFile, makeRecordingFolder, prepareFolder } from './recordings-folder.ts';
import type { ArchiveParts } from './s3/archive-parts.ts';
import { RecordingArchive } from './s3/recording-archive.ts';
import { SerialQueues } from './serial-queues.ts';
import { SharedFolder } from './shared-folder.ts';

/** The store that finished recordings are moved to, and how often the archive works. */
type LibraryStore = { settings: S3Settings } & Pick<ArchiveParts, 'pauses' | 'refreshEveryMs' | 'others'>;

/**
 * The recordings in a folder of this machine: one folder each, with a manifest and media files. recording-store.ts
 * describes how a broadcast adds to them. With a store, files that are finished move there, and recordings of other
 * machines with the same store are listed as well.
 */
export class RecordingLibrary implements RecordingStore {
  readonly #baseUri: string;
  readonly #logger: Logger;
  readonly #store: ManifestStore;
  readonly #finisher: RecordingFinisher;
  readonly #repairs: RecordingRepairs;
  /** Changes of a recording, in turn: none sees another half done. Finishing is not queued, but waits for them. */
  readonly #changes = new SerialQueues();
  /** What other web servers write in the same folder. */
  readonly shared: SharedFolder;
  readonly chapters: ChapterNotes;
  /** What people decide about recordings. */
  readonly editor: RecordingEditor;
  #archive: RecordingArchive | null = null;
  #care: LibraryCare | null = null;

  private constructor(folder: string, baseUri: string, held: ReadonlySet<string>, logger: Logger) {
    this.#baseUri = baseUri;
    this.#logger = logger;
    this.#store = new ManifestStore(folder, logger);
    this.#finisher = new RecordingFinisher(this.#store, logger);
    const parts = { manifests: this.#store, finisher: this.#finisher, changes: this.#changes };
    this.#repairs = new RecordingRepairs({ ...parts, held, logger });
    this.shared = new SharedFolder({ ...parts, repairs: this.#repairs });
    this.chapters = new ChapterNotes({ ...parts, shared: this.shared });
    this.editor = new RecordingEditor({ ...parts, repairs: this.#repairs, shared: this.shared, logger });
  }

  /**
   * Opens the library of the recordings in `folder`, which is created if it is missing, and repairs in the background
   * what an earlier run left unfinished, except the ids in `held`: they wait for `addPart`, `finish` or `fail`.
   * `mediaServerUri` is the folder's `file://` URI as the media server sees it. In a folder that `isShared`, other web
   * servers write as well: nothing is repaired there, and their recordings are listed.
   * @throws Error with one sentence, when the folder cannot be made or written
   */
  static async open(options: {
    folder: string;
    mediaServerUri?: string | undefined;
    held?: ReadonlySet<string> | undefined;
    store?: LibraryStore | null;
    isShared?: boolean;
    care?: Partial<CareSettings>;
    logger: Logger;
  }): Promise<RecordingLibrary> {
    const folder = await prepareFolder(resolve(options.folder));
    const baseUri = (options.mediaServerUri ?? pathToFileURL(folder).href).replace(/\/+$/, '');
    if (!baseUri.startsWith('file:///'))
      throw new Error(`The media server's URI of the recordings folder, ${baseUri}, must begin with file:///.`);
    const library = new RecordingLibrary(folder, baseUri, options.held ?? new Set(), options.logger);
    await library.#store.load();
    (options.isShared ? library.shared : library.#repairs).begin();
    if (options.store) await library.#openArchive(options.store);
    await library.#openCare({ ...usualCare, ...options.care });
    return library;
  }

  /** The archive of the stored recordings; `null` if there is no store. */
  get archive(): RecordingArchive | null {
    return this.#archive;
  }

  async create(recording: NewRecording): Promise<{ id: string; uri: string }> {
    const { channel, title, startedAt, codecs } = recording;
    const id = createRecordingId(channel, startedAt);
    const { part, file, contentType } = expectRecording(codecs);
    await this.#begin({
      ...{ version: 1, file, parts: [part], kept: [], obsolete: [], renaming: null, note: null },
      ...{ id, channel, title, startedAt, durationMs: null, sizeBytes: 0, codecs: [], contentType },
      ...{ state: 'recording', failure: null, stored: null, chapters: [] },
      ...undecided,
    });
    return { id, uri: this.#uriOf(id, part) };
  }

  addPart(id: string, codecs?: ExpectedCodecs): Promise<{ uri: string }> {
    this.#repairs.claim(id);
    return this.#changes.run(id, () => this.#addPart(id, codecs));
  }

  async #addPart(id: string, codecs?: ExpectedCodecs): Promise<{ uri: string }> {
    await this.#finisher.underWay(id);
    const manifest = this.editor.find(id);
    const part = await nextPartName(this.#store.pathOf(id), manifest, codecs).catch((cause: unknown) => {
      throw new RecordingError('diskRefused', { cause });
    });
    const isWhole = isSettled(manifest);
    // A file that is only in the store cannot be joined; the broadcast then begins another recording.
    if (isWhole && manifest.stored !== null && !(await isOwnFile(this.#store.pathOf(id), manifest.file)))
      throw notFound();
    const earlier = isWhole ? [manifest.file] : manifest.parts;
    const { markedSince } = undecided;
    const reopened = { ...manifest, durationMs: null, failure: null, note: null, markedSince };
    await this.#begin({ ...reopened, parts: [...earlier, part], state: 'recording' });
    return { uri: this.#uriOf(id, part) };
  }

  async finish(id: string): Promise<Recording> {
    this.editor.find(id);
    const wasLeftBehind = this.#repairs.claim(id);
    if (this.#changes.has(id)) await this.#changes.over(id);
    const manifest = this.editor.find(id);
    const underWay = this.#finisher.underWay(id);
    if (underWay !== undefined) return underWay;
    if (!isUnfinished(manifest)) return toRecording(manifest);
    // The last part's recorder has stopped, and finished files have none. Whether the others have one is unknown.
    const earlier = manifest.parts.slice(0, -1).filter(isPartName);
    const unsettled = wasLeftBehind ? manifest.parts : earlier;
    return this.#finisher.finish(manifest, { problem: null, unsettled });
  }

  async fail(id: string, problem: RecordingProblem): Promise<void> {
    this.#repairs.claim(id);
    await this.#changes.over(id);
    const manifest = this.#store.get(id);
    if (manifest === undefined || !isUnfinished(manifest)) return;
    await (this.#finisher.underWay(id) ?? this.#finisher.finish(manifest, { problem, unsettled: manifest.parts }));
  }

  retitle(id: string, title: string): Promise<void> {
    return this.#changes.run(id, async () => {
      await this.#finisher.underWay(id);
      const manifest = this.editor.find(id);
      await this.#store.put({ ...manifest, title, editedAt: Math.max(Date.now(), manifest.editedAt + 1) });
    });
  }

  async measure(id: string): Promise<RecordingFiles> {
    return await measureFiles(this.#store.pathOf(id), this.editor.find(id));
  }

  async keepPreview(id: string, jpeg: Uint8Array): Promise<void> {
    await writePreview(this.#store.pathOf(this.editor.find(id).id), jpeg);
  }

  async partSize(id: string): Promise<number | null> {
    return await sizeOfLastPart(this.#store.pathOf(id), this.editor.find(id));
  }

  space(): Promise<{ freeBytes: number }> {
    return freeSpace(this.#store.folder);
  }

  /** All recordings outside the trash, newest first; those under way have their current sizes. */
  async list(): Promise<Recording[]> {
    const present = this.#store.all().filter(({ deletedAt }) => deletedAt === null);
    const recordings = await Promise.all(present.map((manifest) => this.#current(manifest)));
    return recordings.sort((a, b) => b.startedAt - a.startedAt || b.id.localeCompare(a.id));
  }

  /** A page of the recordings for which `isSeen`. @throws AppError `bad-request` */
  async page(query: ListQuery, isSeen: (recording: Recording) => boolean): Promise<RecordingListPage> {
    const { recordings, ...page } = this.#store.index.page(query, isSeen);
    const listed = await Promise.all(recordings.map((recording) => this.#listed(recording)));
    const leaving = (this.#care?.leaving() ?? []).flatMap((id) => this.#store.index.get(id) ?? []).filter(isSeen);
    return { ...page, recordings: listed, leaving: leaving.length };
  }

  /** @throws AppError `recording-not-found` */
  async get(id: string): Promise<Recording> {
    return this.#current(await this.look(id));
  }

  /** What is known of a recording, as it is on disk now. @throws AppError `recording-not-found` */
  async look(id: string): Promise<Manifest> {
    await this.shared.look(id);
    return this.editor.find(id);
  }

  /**
   * Where a recording's file is: on this machine, in the store (`stored`), or in both.
   * @throws AppError `recording-not-found` when there is nothing to watch, `recording-in-use` until it is ready
   */
  async locate(id: string): Promise<LocatedRecording> {
    const manifest = await this.look(id);
    if (isUnfinished(manifest))
      throw new AppError('recording-in-use', 'This recording is not complete yet. Please try again in a moment.');
    const [{ state, file }, folder] = [manifest, this.#store.pathOf(id)];
    const stored = this.#archive !== null && manifest.stored?.file === file ? manifest.stored : null;
    const isOnDisk = await isOwnFile(folder, file);
    if (!isOnDisk) this.editor.requireArchive(manifest);
    if (state !== 'ready' || (!isOnDisk && stored === null))
      throw new AppError('recording-not-found', 'There is nothing to watch in this recording.');
    return { recording: toRecording(manifest), folder, file, isOnDisk, stored };
  }

  /** Deletes a recording for good; see {@link RecordingEditor.remove}. */
  remove(id: string): Promise<void> {
    return this.editor.remove(id);
  }

  /** Finds out now what others have changed in the folder. Never rejects. */
  async refresh(): Promise<void> {
    await this.#care?.refresh();
  }

  /** Leaves long repairs for the next start. May be called twice. Never rejects. */
  async close(): Promise<void> {
    await this.#care?.close();
    await Promise.allSettled([this.#repairs.close(), this.#finisher.close(), this.#archive?.close()]);
  }

  async #openCare(settings: CareSettings): Promise<void> {
    this.#care = await LibraryCare.open({
      ...{ settings, manifests: this.#store, finisher: this.#finisher, editor: this.editor, logger: this.#logger },
      isOwn: (id) => this.shared.isOwn(id),
      // What is in the store stays in the list when its folder is removed.
      isElsewhere: (id) => this.#archive !== null && this.#store.get(id)?.stored !== null,
    });
  }

  async #openArchive({ settings, ...timing }: LibraryStore): Promise<void> {
    const archive = await RecordingArchive.open({
      ...{ settings, ...timing, manifests: this.#store, changes: this.#changes, logger: this.#logger },
      underWay: (id) => this.#finisher.underWay(id),
      removeLocal: (id) => this.editor.removeLocal(id),
      adopt: (id, theirs) => this.editor.adopt(id, theirs),
    });
    this.#archive = archive;
    this.editor.follow(archive);
    // A file that is about to be copied with our muxer would be uploaded twice.
    void this.#repairs.over().then(() => archive.resume());
  }

  /** Creates the folder and writes the manifest of a recording that begins or is resumed. */
  async #begin(manifest: Manifest): Promise<void> {
    this.shared.own(manifest.id);
    try {
      await makeRecordingFolder(this.#store.pathOf(manifest.id));
      await this.#store.put(manifest);
    } catch (cause) {
      throw new RecordingError('diskRefused', { cause });
    }
  }

  async #current(manifest: Manifest): Promise<Recording> {
    return toRecording(await withCurrentSize(this.#store.pathOf(manifest.id), manifest));
  }

  async #hasPoster({ id, file, sizeBytes }: Manifest): Promise<boolean> {
    const folder = this.#store.pathOf(id);
    return (await posterFile(folder, await readStills({ folder, file, sizeBytes }))) !== null;
  }

  async #listed(recording: Recording): Promise<ListedRecording> {
    const manifest = this.#store.get(recording.id);
    const current = manifest === undefined ? recording : await this.#current(manifest);
    return {
      ...current,
      hasPoster: manifest !== undefined && (await this.#hasPoster(manifest)),
      leaves: this.#care?.leavingOf(recording.id) ?? null,
      goneAt: current.deletedAt === null ? null : (this.#care?.goneAt(current.deletedAt) ?? null),
    };
  }

  #uriOf(id: string, file: string): string {
    return `${this.#baseUri}/${id}/${file}`;
  }
}
