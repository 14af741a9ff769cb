import type { MediaPipeline, MediaProfile, PassThrough, RecorderEndpoint } from 'kurento-client';
import type { RecorderLink, RecorderListener, RecordingRequest } from '../broadcast/media-gateway.ts';
import type { Logger } from '../logger.ts';
import { Health } from './health.ts';
import type { KurentoConnection } from './kurento-connection.ts';
import { recordingFailed, saysThatPictureChanged, toRecordingError } from './kurento-errors.ts';
import { type KurentoObject, openObject } from './kurento-object.ts';
import { connectMedia } from './media-connections.ts';
import { MutableListener } from './mutable-listener.ts';

/**
 * Kurento answers a stop within about four seconds, whether or not it could write the file; a slow disk may need more.
 */
export const stopTimeoutMs = 10_000;

/** The parts and options of a recorder. */
export type RecorderRequest = RecordingRequest & {
  connection: KurentoConnection;
  logger: Logger;
  mediaPipeline: KurentoObject<MediaPipeline>;
  passThrough: KurentoObject<PassThrough>;
  /** Called when the recorder begins to close. */
  left: (recorder: KurentoRecorder) => void;
};

type RecorderParts = {
  recorder: KurentoObject<RecorderEndpoint>;
  listener: MutableListener<RecorderListener>;
  health: Health;
};

/**
 * Records the presenter's media.
 * @throws AppError `recording-failed`, `media-server-unavailable`; everything opened until then is released
 */
export async function openRecorder(request: RecorderRequest): Promise<KurentoRecorder> {
  const { connection, logger, mediaPipeline, passThrough, uri, kinds } = request;
  const listener = new MutableListener(request.listener, logger);
  const health = new Health((error) => listener.notifyLast((it) => it.failed(error)));
  try {
    const recorder = await openObject({
      connection,
      logger,
      type: 'RecorderEndpoint',
      within: mediaPipeline,
      parameters: { mediaPipeline: mediaPipeline.object, uri, mediaProfile: profileFor(request) },
      releaseTimeoutMs: stopTimeoutMs,
      failed: (error) => {
        if (saysThatPictureChanged(error)) {
          logger.debug({ err: error, uri }, 'A recorder cannot follow a change of the picture');
          listener.notifyLast((it) => it.outdated());
          return;
        }
        logger.warn({ err: error, uri }, 'A recording broke on the media server');
        health.fail(recordingFailed(error));
      },
    });
    const parts = { recorder, listener, health };
    try {
      recorder.object.on('Recording', () => listener.notify((it) => it.recording()));
      for (const kind of kinds) await connectMedia(passThrough, recorder, kind);
      await recorder.call('record', (it, callback) => it.record(callback));
      health.opened();
      return new KurentoRecorder(parts, request.left);
    } catch (error) {
      await closeParts(parts);
      throw error;
    }
  } catch (error) {
    throw toRecordingError(error, 'openRecorder');
  }
}

/** A recorder at work. A Kurento recorder cannot resume once it was stopped. */
export class KurentoRecorder implements RecorderLink {
  readonly #parts: RecorderParts;
  readonly #left: RecorderRequest['left'];
  #stopping: Promise<void> | undefined;

  constructor(parts: RecorderParts, left: RecorderRequest['left']) {
    this.#parts = parts;
    this.#left = left;
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** Stops reporting events. */
  silence(): void {
    this.#parts.listener.mute();
    this.#parts.health.close();
  }

  async close(): Promise<void> {
    this.#left(this);
    // A release also finishes the file, but only an explicit stop is waited for to the end.
    await this.#stopping?.catch(() => {});
    await closeParts(this.#parts);
  }

  async #stop(): Promise<void> {
    const { recorder, health } = this.#parts;
    try {
      await recorder.call('stopAndWait', (it, callback) => it.stopAndWait(callback), { timeoutMs: stopTimeoutMs });
    } catch (error) {
      throw recordingFailed(error);
    }
    if (health.failure !== undefined) throw health.failure;
  }
}

async function closeParts({ recorder, listener, health }: RecorderParts): Promise<void> {
  listener.mute();
  health.close();
  await recorder.close();
}

/**
 * Kurento waits for every kind of a profile before it writes anything, so the profile must have no kind too many. WebM
 * cannot hold H.264, so Kurento would transcode it. Matroska can, and like WebM it is readable however the file ends.
 * All parts of a show have the same container, because the codec of the sound differs between containers.
 */
function profileFor({ codecs, kinds }: RecordingRequest): MediaProfile {
  const container = codecs.video?.toUpperCase() === 'H264' ? 'MKV' : 'WEBM';
  if (!kinds.includes('video')) return `${container}_AUDIO_ONLY`;
  return kinds.includes('audio') ? container : `${container}_VIDEO_ONLY`;
}
