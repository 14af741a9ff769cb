import { expect, type Page } from 'playwright/test';
import { recordingPaths } from '../../lib/recording.ts';
import { recordingListSchema } from '../../lib/recording-schema.ts';

/** The newest recording of `channel`, once it can be watched. */
export async function readyRecording(page: Page, channel: string) {
  const find = async () => {
    // If the server closes the connection at the moment of a request, it is retried, as browsers do automatically.
    const reply = await page.request.get(recordingPaths.list, { maxRetries: 3 });
    const list = recordingListSchema.parse(await reply.json());
    return list.recordings.find((recording) => recording.channel === channel);
  };
  await expect.poll(async () => (await find())?.state, { timeout: 30_000 }).toBe('ready');
  const recording = await find();
  if (recording === undefined) throw new Error(`There is no recording of ${channel}.`);
  return recording;
}
