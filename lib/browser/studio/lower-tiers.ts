import { type LowerTier, lowerTiers, type OnDemandStream } from '../../tiers.ts';
import type { Store } from '../page/store.ts';
import { preferVp8On } from '../rtc/peer-connection.ts';
import { PeerLink } from '../rtc/peer-link.ts';
import { sizeOf } from '../rtc/quality.ts';
import { mapSections, startAt } from '../rtc/sdp-munging.ts';
import { adaptEncodings } from '../rtc/sending.ts';
import { lightOpusKbpsFor } from '../rtc/sound-mode.ts';
import type { Signaling } from '../signaling/signaling-client.ts';

/** The parts of the lower tiers. */
type LowerTiersParts = {
  signaling: Signaling;
  createPeerConnection: () => RTCPeerConnection;
  /** Receives the tiers that this picture is worth and the uplink does not bear; none once the tiers are closed. */
  withheld: Store<readonly LowerTier[]>;
};

/** Fewer frames a second for the low tier, so that each one looks better. */
const lowFrameRate = 20;
/** A tier begins at this bitrate in kbit/s: a slower start holds back its first keyframe, for which viewers wait. */
const startKbps: Readonly<Record<LowerTier, number>> = { middle: 1_000, low: 500 };
/** The delay before a link that was lost, or refused, is opened again, in milliseconds. */
const retryMs = 5_000;
/** The short sides of the tiers in pixels, unless the picture is so small that they have to be even smaller. */
const shortSides: Readonly<Record<LowerTier, number>> = { middle: 360, low: 180 };
/** The least that the picture is scaled down by. */
const leastScale: Readonly<Record<LowerTier, number>> = { middle: 2, low: 4 };
/** Below this short side, in pixels, a middle tier would hardly differ from the low one. */
const leastForMiddle = 540;

/** The lower tiers that a picture is worth whose short side has so many pixels; 0 if that is unknown. */
export function tiersFor(shortSide: number): LowerTier[] {
  return lowerTiers.filter((tier) => tier !== 'middle' || shortSide >= leastForMiddle);
}

/** How many times smaller than the picture a tier is, in each direction. */
export function scaleOf(tier: LowerTier, shortSide: number): number {
  return Math.max(leastScale[tier], shortSide / shortSides[tier]);
}

/** The short side of the picture in pixels, whichever way a phone is held; 0 if it is unknown. */
function shortSideOf(track: MediaStreamTrack): number {
  const size = sizeOf(track);
  return size === null ? 0 : Math.min(size.width, size.height);
}

/** Below this capacity of the uplink, in kbit/s, a tier would take too much from the picture that most people see … */
const leastUplinkKbps: Readonly<Record<LowerTier, number>> = { middle: 1_500, low: 500 };
/** … and above this multiple of it, the tier is sent again. */
const regained = 1.2;

/** One packet of the light sound holds so many milliseconds, since headers take more than half of a shorter one. */
const lightPacketMs = 60;

/** One lower tier, and the light sound that the link of the low one carries. */
type SentTier = { readonly link: PeerLink; readonly picture: RTCRtpSender; readonly sound: RTCRtpSender | null };

/**
 * Sends smaller copies of the picture, each over a link of its own beside the main one, and the light sound. They cost
 * nothing until the server says that a viewer needs them: the links are open and silent.
 */
export class LowerTiers {
  readonly #parts: LowerTiersParts;
  readonly #sent = new Map<LowerTier, SentTier>();
  readonly #retries = new Set<ReturnType<typeof setTimeout>>();
  readonly #unsubscribe: (() => void)[];
  #track: MediaStreamTrack | null = null;
  #sound: MediaStreamTrack | null = null;
  #wanted: ReadonlySet<OnDemandStream> = new Set();
  /** The tiers that the uplink does not bear. */
  #withheld: ReadonlySet<LowerTier> = new Set();
  /** The sizes that the server knows. */
  #measured = JSON.stringify({ high: null, middle: null, low: null });
  #closed = false;

  constructor(parts: LowerTiersParts) {
    this.#parts = parts;
    this.#unsubscribe = [
      parts.signaling.on('tiers:wanted', ({ tiers }) => {
        this.#wanted = new Set(tiers);
        for (const [tier, sent] of this.#sent) void this.#adapt(tier, sent);
      }),
      parts.signaling.on('tier:closed', ({ tier }) => this.#lose(tier, this.#sent.get(tier)?.link)),
    ];
  }

  /** Sends this picture and this sound from now on. Without a picture there is no light sound either. */
  async setTracks(track: MediaStreamTrack | null, sound: MediaStreamTrack | null): Promise<void> {
    if (this.#closed) return;
    this.#track = track;
    this.#sound = sound;
    const worth = track === null ? [] : tiersFor(shortSideOf(track));
    const tiers = worth.filter((tier) => !this.#withheld.has(tier));
    this.#parts.withheld.set(worth.filter((tier) => this.#withheld.has(tier)));
    this.#measure(track, tiers);
    for (const tier of [...this.#sent.keys()]) {
      if (tiers.includes(tier)) continue;
      this.#drop(tier);
      this.#parts.signaling.request('tier:close', { tier }).catch(() => undefined);
    }
    await Promise.all(
      tiers.map(async (tier) => {
        const sent = this.#sent.get(tier);
        if (sent === undefined) this.#open(tier);
        else {
          await sent.picture.replaceTrack(track);
          await sent.sound?.replaceTrack(sound);
          await this.#adapt(tier, sent);
        }
      }),
    );
  }

  /** The uplink has this capacity, in kbit/s: the largest tiers that it does not bear are dropped. */
  async setUplink(kbps: number): Promise<void> {
    const withheld = lowerTiers.filter(
      (tier) => kbps < leastUplinkKbps[tier] * (this.#withheld.has(tier) ? regained : 1),
    );
    if (withheld.length === this.#withheld.size) return;
    this.#withheld = new Set(withheld);
    await this.setTracks(this.#track, this.#sound);
  }

  /** Goes on as it is until {@link close}, and leaves the socket's messages to others. */
  detach(): void {
    this.#closed = true;
    for (const off of this.#unsubscribe.splice(0)) off();
    for (const retry of this.#retries) clearTimeout(retry);
    for (const { link } of this.#sent.values()) link.detach();
  }

  /** Closes all links. May be called repeatedly. */
  close(): void {
    // Those who were detached have others in their place.
    if (!this.#closed) this.#parts.withheld.set([]);
    this.detach();
    for (const tier of [...this.#sent.keys()]) this.#drop(tier);
  }

  /** Tells the server how large the pictures are. */
  #measure(track: MediaStreamTrack | null, sent: readonly LowerTier[]): void {
    const shortSide = track === null ? 0 : shortSideOf(track);
    const sizeOfTier = (tier: LowerTier) =>
      sent.includes(tier) && shortSide > 0 ? Math.round(shortSide / scaleOf(tier, shortSide)) : null;
    const sizes = { high: shortSide > 0 ? shortSide : null, middle: sizeOfTier('middle'), low: sizeOfTier('low') };
    const measured = JSON.stringify(sizes);
    if (measured === this.#measured) return;
    this.#measured = measured;
    this.#parts.signaling.request('tiers:measure', sizes).catch(() => undefined);
  }

  #open(tier: LowerTier): void {
    const { signaling, createPeerConnection } = this.#parts;
    const track = this.#track;
    if (this.#closed || track === null || this.#sent.has(tier)) return;
    const connection = createPeerConnection();
    const transceiver = connection.addTransceiver(track, {
      direction: 'sendonly',
      sendEncodings: [{ active: false, scaleResolutionDownBy: scaleOf(tier, shortSideOf(track)) }],
    });
    preferVp8On(transceiver, 'send');
    const sound = tier === 'low' && this.#sound !== null ? addLightSound(connection, this.#sound) : null;
    const link: PeerLink = new PeerLink(
      signaling,
      connection,
      { onConnected: () => undefined, onLost: () => this.#lose(tier, link) },
      { name: tier },
    );
    const sent = { link, picture: transceiver.sender, sound };
    this.#sent.set(tier, sent);
    link
      .negotiate(async (sdpOffer) => {
        const reply = await signaling.request('tier:open', { tier, sdpOffer });
        return { ...reply, sdpAnswer: startAt(withPacketTime(reply.sdpAnswer, lightPacketMs), startKbps[tier]) };
      })
      .then(({ maxVideoKbps }) => this.#adapt(tier, sent, maxVideoKbps))
      .catch(() => this.#lose(tier, link));
  }

  /** Sends the tier and its sound if they are wanted, in the size that suits the present picture. */
  async #adapt(tier: LowerTier, { picture, sound }: SentTier, maxVideoKbps?: number): Promise<void> {
    const scaleResolutionDownBy = scaleOf(tier, picture.track === null ? 0 : shortSideOf(picture.track));
    const adapting = adaptEncodings(picture, {
      ...(maxVideoKbps !== undefined && { maxBitrate: maxVideoKbps * 1_000 }),
      active: this.#wanted.has(tier),
      scaleResolutionDownBy,
      ...(tier === 'low' && { maxFramerate: lowFrameRate }),
    });
    await adapting.catch(() => undefined);
    if (sound === null || sound.track === null) return;
    const encoding = { active: this.#wanted.has('light-sound'), maxBitrate: lightOpusKbpsFor(sound.track) * 1_000 };
    await adaptEncodings(sound, encoding).catch(() => undefined);
  }

  /** The link is gone, or none was made. The show does not need it, so another one follows without haste. */
  #lose(tier: LowerTier, link: PeerLink | undefined): void {
    if (this.#closed || link === undefined || this.#sent.get(tier)?.link !== link) return;
    this.#drop(tier);
    const retry = setTimeout(() => {
      this.#retries.delete(retry);
      this.#open(tier);
    }, retryMs);
    this.#retries.add(retry);
  }

  #drop(tier: LowerTier): void {
    this.#sent.get(tier)?.link.close();
    this.#sent.delete(tier);
  }
}

function addLightSound(connection: RTCPeerConnection, track: MediaStreamTrack): RTCRtpSender {
  return connection.addTransceiver(track, { direction: 'sendonly', sendEncodings: [{ active: false }] }).sender;
}

/**
 * Asks for sound in packets of so many milliseconds (`a=ptime`, https://www.rfc-editor.org/rfc/rfc8866#section-6.4), in an
 * answer as it is passed to `setRemoteDescription`.
 */
function withPacketTime(sdp: string, ms: number): string {
  return mapSections(sdp, (section) => {
    if (!section.startsWith('m=audio')) return section;
    return `${section.replace(/^a=(?:max)?ptime:.*\r?\n/gm, '').trimEnd()}\r\na=ptime:${ms}\r\na=maxptime:${ms}\r\n`;
  });
}
