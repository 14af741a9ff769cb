import type { Access } from '../../access/access.ts';
import type { Logger } from '../../logger.ts';
import { ConversationFiles } from '../conversation-files.ts';
import { Derived } from '../derived/derived.ts';
import type { RecordingLibrary } from '../recording-library.ts';
import { createRecordingRoutes } from '../recording-routes.ts';

type Parts = { library: RecordingLibrary; access: Access; logger: Logger; folder: string };

/** The routes of a library in `folder`, which has no FFmpeg. */
export function testRoutes({ folder, ...parts }: Parts): ReturnType<typeof createRecordingRoutes> {
  const conversations = new ConversationFiles(folder);
  const derived = new Derived({ ...parts, conversations, ffmpeg: null });
  return createRecordingRoutes({ ...parts, derived, conversations });
}
