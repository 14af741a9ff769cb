import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../lib/errors.ts';
import type { Recording } from '../../../lib/recording.ts';
import type { RecordingPiece, TrimRequest } from '../../../lib/recording-details.ts';
import { titleSchema } from '../../../lib/requests/show-schemas.ts';
import { conversationFiles, isEmptyConversation } from '../../kept-conversation.ts';
import type { Logger } from '../../logger.ts';
import type { ConversationFiles } from '../conversation-files.ts';
import { finishedContainer, inspectMedia, openMedia, playableTracks } from '../media-file.ts';
import { joinMedia } from '../media-join.ts';
import type { RecordingLibrary } from '../recording-library.ts';
import type { LocatedRecording } from '../recording-manifest.ts';
import { chaptersWithin } from './chapters.ts';
import { conversationWithin } from './conversation-piece.ts';
import { startOfPiece } from './cut.ts';

/** The shortest piece, in milliseconds. */
const shortestMs = 500;

const positionSchema = z.number().min(0).max(1e10);

/** A piece as people ask for it, in milliseconds. */
export const pieceSchema = z.object({ fromMs: positionSchema, toMs: positionSchema });

/** The body of a request to trim. */
export const trimRequestSchema = pieceSchema.extend({ title: titleSchema });

/**
 * What a piece of a recording really becomes: it begins with a picture that needs no other one, at the wanted time or
 * after it, and ends where it should, or with the recording.
 * @throws AppError `bad-request` when nothing would be left, `recording-not-found` when the file is not here
 */
export async function planPiece(located: LocatedRecording, wanted: RecordingPiece): Promise<RecordingPiece> {
  const path = pathOnDisk(located);
  const toMs = Math.min(wanted.toMs, located.recording.durationMs ?? wanted.toMs);
  const input = await openMedia(path);
  try {
    const video = (await playableTracks(input)).find((track) => track.isVideoTrack());
    const fromMs = await startOfPiece(video, { fromMs: wanted.fromMs, toMs });
    if (fromMs === null || toMs - fromMs < shortestMs) throw nothingLeft();
    return { fromMs, toMs };
  } finally {
    input.dispose();
  }
}

/** What trimming needs. */
type TrimParts = { library: RecordingLibrary; conversations: ConversationFiles; logger: Logger };

/**
 * Copies a piece of a recording into a new recording, packet by packet, with its chapters and its part of the
 * conversation. The original stays.
 * @throws AppError as {@link planPiece}; `recording-failed` when the disk refuses
 */
export async function trimRecording(
  parts: TrimParts,
  located: LocatedRecording,
  wanted: TrimRequest,
  signal: AbortSignal,
): Promise<Recording> {
  const { recording, folder, file } = located;
  const piece = await planPiece(located, wanted);
  const path = join(folder, file);
  const info = await inspectMedia(path);
  if (info === null || !info.isJoinable) throw notTrimmable();
  // It belongs to nobody until it is complete. Two people who trim at the same moment have two files.
  const beside = join(folder, `trim-${crypto.randomUUID().slice(0, 8)}`);
  try {
    const source = { path, info, cut: { ...piece, kinds: ['video', 'audio'] as const } };
    await joinMedia([source], { path: beside, container: finishedContainer(info.codecs) }, signal);
    return await adopt(parts, recording, wanted.title, beside, piece);
  } finally {
    await rm(beside, { force: true });
  }
}

/** Makes a recording of a complete file, which the library finishes like one that a recorder wrote. */
async function adopt(
  parts: TrimParts,
  original: Recording,
  title: string,
  path: string,
  piece: RecordingPiece,
): Promise<Recording> {
  const { library } = parts;
  const { channel, startedAt, codecs, contentType, visibility } = original;
  const isH264 = codecs.includes('avc');
  const expected = contentType.startsWith('audio/')
    ? { audio: 'opus' }
    : { audio: 'opus', video: isH264 ? 'H264' : 'VP8' };
  // The same start: who may watch a recording depends on when its show was, and a piece of it is no different.
  const { id, uri } = await library.create({ channel, title, startedAt, codecs: expected });
  if (visibility !== 'public') await library.editor.edit(id, { visibility });
  await rename(path, join(dirname(dirname(path)), id, basename(uri)));
  const chapters = chaptersWithin(await library.chapters.of(original.id), piece);
  await library.chapters.replace(
    id,
    chapters.filter(({ kind }) => kind !== 'start'),
  );
  await copyConversation(parts, original, id, piece);
  return await library.finish(id);
}

/** Never rejects: a piece without its conversation is as good, and the original still has it. */
async function copyConversation(
  { conversations, logger }: TrimParts,
  { id: originalId, durationMs }: Recording,
  id: string,
  piece: RecordingPiece,
): Promise<void> {
  try {
    const whole = await conversations.read(originalId);
    if (whole === null) return;
    const part = conversationWithin(whole, piece, durationMs ?? piece.toMs);
    if (!isEmptyConversation(part)) await conversations.keepConversation(id, conversationFiles(part));
  } catch (error) {
    logger.warn({ err: error, recordingId: id, originalId }, 'A piece of a recording did not get its conversation');
  }
}

function pathOnDisk({ folder, file, isOnDisk }: LocatedRecording): string {
  if (isOnDisk) return join(folder, file);
  const message = 'The file of this recording is in the store for recordings, and can be trimmed only on this machine.';
  throw new AppError('recording-not-found', message);
}

function nothingLeft(): AppError {
  const message =
    'Nothing would be left: please choose an earlier start or a later end. A piece begins with a whole picture.';
  return new AppError('bad-request', message);
}

function notTrimmable(): AppError {
  return new AppError('bad-request', 'This recording has a format that cannot be trimmed. Please download it instead.');
}
