import type { ConversationUpdate } from '../../lib/conversation.ts';
import type { Broadcast } from '../broadcast/broadcast.ts';
import { notLive } from '../broadcast/broadcast-errors.ts';
import type { BroadcastRegistry } from '../broadcast/broadcast-registry.ts';
import { RecordedTime } from '../broadcast/stored-recording.ts';
import { conversationFiles } from '../kept-conversation.ts';
import type { Logger } from '../logger.ts';
import { readEvent } from './conversation-events.ts';
import type { FileJournals, Journal, Journals } from './journals.ts';
import { OpenConversation, type RecordingPlace } from './open-conversation.ts';
import { recordConversations } from './recorded-conversation.ts';

/** The domain's port to the recordings: keeps a conversation with one. */
export interface ConversationArchive {
  /** Does nothing if there is no such recording, or no longer. @throws Error of node:fs */
  keepConversation(recordingId: string, files: { json: string; vtt: string }): Promise<void>;
}

/** Called with each change of the conversation on a channel. */
export type ConversationListener = (channel: string, update: ConversationUpdate) => void;

type ConversationsParts = {
  registry: BroadcastRegistry;
  journals: Journals;
  archive: ConversationArchive;
  logger: Logger;
};

/**
 * The conversations of all shows that are on. Each begins when the first page asks for it, goes on from its journal after
 * the server was killed, and moves to the show's recording when the show has ended.
 */
export class Conversations {
  readonly #parts: ConversationsParts;
  readonly #open = new WeakMap<Broadcast, Promise<OpenConversation>>();
  readonly #ending = new Set<Promise<void>>();
  readonly #stop: () => void;
  #listener: ConversationListener = () => {};

  constructor(parts: ConversationsParts) {
    this.#parts = parts;
    this.#stop = parts.registry.onChanged((broadcast) => {
      if (broadcast.phase !== 'ended') return;
      const ending = this.#end(broadcast).finally(() => this.#ending.delete(ending));
      this.#ending.add(ending);
    });
  }

  /** Calls `listener`, the only one, with each change. */
  follow(listener: ConversationListener): void {
    this.#listener = listener;
  }

  /** The conversation of a show. @throws AppError `not-live` once it has ended; Error if its journal cannot be read */
  async of(broadcast: Broadcast): Promise<OpenConversation> {
    if (broadcast.phase === 'ended') throw notLive(broadcast.channel);
    const present = this.#open.get(broadcast);
    if (present !== undefined) {
      const open = await present.catch(() => null);
      if (open?.isBroken === false) return open;
      // Of several requests that find it broken, the first one opens it again.
      if (this.#open.get(broadcast) === present) this.#open.delete(broadcast);
      return await this.of(broadcast);
    }
    const { id: broadcastId, channel } = broadcast;
    const opening = OpenConversation.open({
      broadcastId,
      journal: this.#parts.journals.of({ broadcastId, channel }),
      recordingPlace: () => placeInRecording(broadcast),
      announce: (update) => this.#listener(channel, update),
    });
    this.#open.set(broadcast, opening);
    return await opening;
  }

  /** Keeps the conversations of shows that a killed server did not live to end. Never rejects. */
  async keepLeftBehind(journals: FileJournals, onAir: ReadonlySet<string>): Promise<void> {
    const ids = await journals.list().catch((error: unknown) => {
      this.#parts.logger.warn({ err: error }, 'The journals of conversations cannot be listed');
      return [];
    });
    for (const broadcastId of ids) {
      if (!onAir.has(broadcastId)) await this.#keep(journals.of({ broadcastId }), { broadcastId, recordingId: null });
    }
  }

  /** Resolves when the conversations of ended shows are kept. Never rejects. */
  async close(): Promise<void> {
    this.#stop();
    await Promise.all(this.#ending);
  }

  async #end(broadcast: Broadcast): Promise<void> {
    const { id: broadcastId, channel } = broadcast;
    const recordingId = placeInRecording(broadcast).id;
    await (await this.#open.get(broadcast)?.catch(() => null))?.close();
    this.#open.delete(broadcast);
    await this.#keep(this.#parts.journals.of({ broadcastId, channel }), { broadcastId, recordingId });
  }

  /**
   * Moves what is in a journal to the show's recordings: those that the journal names, or else the one that is given.
   * Without any, it is removed. A journal that cannot be moved stays.
   */
  async #keep(journal: Journal, context: { broadcastId: string; recordingId: string | null }): Promise<void> {
    const { archive, logger } = this.#parts;
    try {
      const events = (await journal.read()).map(readEvent);
      for (const [recordingId, recorded] of recordConversations(events, context.recordingId)) {
        await archive.keepConversation(recordingId, conversationFiles(recorded));
      }
      await journal.remove();
    } catch (error) {
      logger.error({ ...context, err: error }, 'A conversation could not be kept with its recording');
    }
  }
}

/** Where in its recording a show is now: in a pause, at the pause's place. */
function placeInRecording({ recording }: Broadcast): RecordingPlace {
  const saved = recording.save();
  return { id: saved.recordingId, ms: new RecordedTime(saved).ms(Date.now()) };
}
