import { contributionLink } from '../../guests.ts';
import { showsScreen } from '../capture/camera.ts';
import { sizeOf } from '../rtc/quality.ts';
import { startAt } from '../rtc/sdp-munging.ts';
import { adaptEncodings, addTracks, replaceTracks } from '../rtc/sending.ts';
import { opusKbpsFor } from '../rtc/sound-mode.ts';
import type { Signaling } from '../signaling/signaling-client.ts';
import { KeptLink, type LinkParts } from './kept-link.ts';

/** How much of a picture is sent: the short side in pixels, and the bitrate in kbit/s. */
export type ContributionSize = { shortSide: number; kbps: number };

/** A guest's picture may fill the whole picture of the show. */
export const guestSize: ContributionSize = { shortSide: 540, kbps: 1_000 };
/** The presenter's is only seen by guests, beside others; a screen must be legible. */
const presenterSizes = {
  camera: { shortSide: 360, kbps: 400 },
  screen: { shortSide: 720, kbps: 800 },
} as const satisfies Record<string, ContributionSize>;

/** How much of the presenter's picture is sent to guests. */
export function presenterSizeOf(track: MediaStreamTrack): ContributionSize {
  return showsScreen(track) ? presenterSizes.screen : presenterSizes.camera;
}

/** Sends a stream to the others who take part. */
export class Contribution {
  readonly #signaling: Signaling;
  readonly #sizeOf: (track: MediaStreamTrack) => ContributionSize;
  readonly #kept: KeptLink;
  #stream: MediaStream;

  /** Begins to send `stream` over `signaling`, whose socket takes part. */
  constructor(
    signaling: Signaling,
    stream: MediaStream,
    parts: LinkParts & { sizeOf: (track: MediaStreamTrack) => ContributionSize },
  ) {
    this.#signaling = signaling;
    this.#stream = stream;
    this.#sizeOf = parts.sizeOf;
    this.#kept = new KeptLink(signaling, parts, {
      name: contributionLink,
      prepare: (connection) => addTracks(connection, this.#stream),
      ask: async (asked, sdpOffer) => {
        const reply = await asked.request('contribution:send', { sdpOffer });
        const [picture] = this.#stream.getVideoTracks();
        const kbps = picture === undefined ? 0 : Math.min(reply.maxVideoKbps, this.#sizeOf(picture).kbps);
        return { sdpAnswer: startAt(reply.sdpAnswer, Math.round(kbps * 0.75)) };
      },
      connected: () => void this.#adapt(),
    });
  }

  /** Sends another stream from now on. Never rejects. */
  async setStream(stream: MediaStream): Promise<void> {
    if (stream === this.#stream) return;
    this.#stream = stream;
    const { link } = this.#kept;
    const replaced = link !== null && (await replaceTracks(link.senders, stream).catch(() => false));
    if (replaced) await this.#adapt();
    else this.#kept.restart();
  }

  /** Sends nothing more, and tells the server. */
  close(): void {
    this.#kept.close();
    if (this.#signaling.connected) this.#signaling.request('contribution:stop', {}).catch(() => undefined);
  }

  async #adapt(): Promise<void> {
    for (const sender of this.#kept.link?.senders ?? []) {
      if (sender.track === null) continue;
      const adapting =
        sender.track.kind === 'video'
          ? adaptPicture(sender, sender.track, this.#sizeOf(sender.track))
          : adaptEncodings(sender, { maxBitrate: opusKbpsFor(sender.track) * 1_000 });
      // A browser that does not let us adapt sends as much as its estimate allows.
      await adapting.catch(() => undefined);
    }
  }
}

async function adaptPicture(
  sender: RTCRtpSender,
  track: MediaStreamTrack,
  { shortSide, kbps }: ContributionSize,
): Promise<void> {
  const size = sizeOf(track);
  const own = size === null ? shortSide : Math.min(size.width, size.height);
  await adaptEncodings(sender, { maxBitrate: kbps * 1_000, scaleResolutionDownBy: Math.max(1, own / shortSide) });
}
