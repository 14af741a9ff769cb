import { readFile, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { type RecordedConversation, reactions } from '../../lib/conversation.ts';
import { replaceFile } from '../storage/durable-files.ts';
import { isOwnFile, isRecordingId } from './recordings-folder.ts';

/** The files in which a conversation is kept, and what they are. */
const contentTypes = {
  'conversation.json': 'application/json; charset=utf-8',
  'conversation.vtt': 'text/vtt; charset=utf-8',
} as const;

/** The name of a file in which a conversation is kept. */
export type ConversationFile = keyof typeof contentTypes;

const place = { ms: z.number() };
const text = { ...place, at: z.number(), name: z.string(), text: z.string() };
const conversationSchema: z.ZodType<RecordedConversation> = z.object({
  version: z.literal(1),
  messages: z.array(z.object({ ...text, role: z.enum(['presenter', 'moderator', 'viewer']), isPinned: z.boolean() })),
  questions: z.array(z.object({ ...text, votes: z.number(), isAnswered: z.boolean() })),
  polls: z.array(
    z.object({
      ...place,
      at: z.number(),
      question: z.string(),
      choices: z.array(z.string()),
      counts: z.array(z.number()),
    }),
  ),
  reactions: z.array(z.object({ ...place, counts: z.partialRecord(z.enum(reactions), z.number()) })),
});

/** What is sent for a recording without a conversation. */
const empty: Readonly<Record<ConversationFile, string>> = {
  'conversation.json': `${JSON.stringify({ version: 1, messages: [], questions: [], polls: [], reactions: [] })}\n`,
  'conversation.vtt': 'WEBVTT\n',
};

/** The conversations of recorded shows, beside the recordings' files. They go when the recording is deleted. */
export class ConversationFiles {
  readonly #folder: string;

  /** @param folder that of all recordings */
  constructor(folder: string) {
    this.#folder = resolve(folder);
  }

  /** Does nothing if there is no such recording, or no longer. @throws Error of node:fs if the disk refuses */
  async keepConversation(recordingId: string, { json, vtt }: { json: string; vtt: string }): Promise<void> {
    if (!isRecordingId(recordingId)) return;
    const folder = join(this.#folder, recordingId);
    const found = await stat(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (found === null) return;
    await replaceFile(join(folder, 'conversation.json'), json);
    await replaceFile(join(folder, 'conversation.vtt'), vtt);
  }

  /** The conversation of a recording; `null` if it has none. @throws Error if it cannot be read or understood */
  async read(recordingId: string): Promise<RecordedConversation | null> {
    const found = await this.find(recordingId, 'conversation.json');
    if (!('folder' in found)) return null;
    return conversationSchema.parse(JSON.parse(await readFile(join(found.folder, 'conversation.json'), 'utf8')));
  }

  /** A file of a conversation: its path, or its text if the recording has none. */
  async find(
    recordingId: string,
    name: ConversationFile,
  ): Promise<{ contentType: string } & ({ folder: string } | { text: string })> {
    const all = await realpath(this.#folder).catch(() => this.#folder);
    const folder = join(all, recordingId);
    const contentType = contentTypes[name];
    return (await isOwnFile(folder, name)) ? { contentType, folder } : { contentType, text: empty[name] };
  }
}
