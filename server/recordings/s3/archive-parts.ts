import type { Recording } from '../../../lib/recording.ts';
import type { Logger } from '../../logger.ts';
import type { S3Settings } from '../../s3-settings.ts';
import type { Manifest, ManifestStore } from '../recording-manifest.ts';
import type { SerialQueues } from '../serial-queues.ts';
import type { Pauses } from './due-queue.ts';

/** The other web servers with the same store. Claims are released in any case, and lost if that is late. */
type OtherArchives = {
  /**
   * The right to change what the store has of a recording; `null` while another web server has it.
   * @throws AppError `cluster-unavailable`
   */
  claim(manifest: Manifest): Promise<{ readonly lost: AbortSignal; release(): Promise<void> } | null>;
  /** The same for a deletion, for which another holder releases its claim. @throws AppError `cluster-unavailable` */
  claimSoon: OtherArchives['claim'];
  /** What the store has was changed. */
  changed(): void;
};

/** What the archive needs of the library, and how often it does its work. */
export type ArchiveParts = {
  settings: S3Settings;
  manifests: ManifestStore;
  /** Changes of a recording, in turn. */
  changes: SerialQueues;
  /** The pending result of finishing a recording, if that is under way. */
  underWay: (id: string) => Promise<Recording> | undefined;
  /** Removes a recording of this machine that was deleted on another one. Does nothing while it is in use. */
  removeLocal: (id: string) => Promise<void>;
  /** Takes over what was edited on another machine. */
  adopt: (id: string, theirs: Manifest) => Promise<void>;
  logger: Logger;
  pauses?: Pauses;
  /** `null` if this is the only web server, or each has a store of its own. */
  others?: OtherArchives | null;
  /** How often the store is asked what other machines have changed, in milliseconds. */
  refreshEveryMs?: number;
};
