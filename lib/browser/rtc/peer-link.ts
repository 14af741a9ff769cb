import { AppError } from '../../errors.ts';
import type { IceServersHint } from '../../page-headers.ts';
import type { Candidate } from '../../signaling.ts';
import type { Signaling } from '../signaling/signaling-client.ts';
import { IceServerGrant, pageIceServersHint } from './ice-server-grant.ts';
import type { Repairs } from './jitter-buffer-target.ts';
import { LinkStats } from './link-stats.ts';
import { offerFeedback, offerStereo, offerWithoutRotation } from './sdp-munging.ts';

/** The callbacks of a link. Neither is called after {@link PeerLink.close}. */
export type PeerLinkEvents = {
  /** Media can flow. Called again when the link has recovered from a short break on its own. */
  onConnected: () => void;
  /** The link will not recover; its owner makes a new one. Called once. */
  onLost: (error: AppError) => void;
};

/** The media received over a link so far. */
export type Received = { bytes: number; videoBytes: number; framesDecoded: number } & Repairs;

const nothingReceived: Received = {
  ...{ bytes: 0, videoBytes: 0, framesDecoded: 0 },
  ...{ nackCount: 0, roundTripMs: 0, isRoundTripReported: false },
};

/** A link's timeouts, in milliseconds. */
export type PeerLinkTimeouts = { connectMs: number; disconnectedMs: number };

const defaultTimeouts: PeerLinkTimeouts = { connectMs: 10_000, disconnectedMs: 2_000 };

/**
 * The options of a link: its timeouts, an offer that was made before there was a socket, whether the server grants STUN
 * and TURN servers (the page knows that by default), and its name unless it is the socket's main link.
 */
export type PeerLinkOptions = {
  timeouts?: PeerLinkTimeouts;
  offer?: Promise<RTCSessionDescriptionInit>;
  iceServers?: IceServersHint;
  name?: string;
};

/** One RTCPeerConnection and its negotiation over signalling. Closed once, never used again. */
export class PeerLink {
  readonly #signaling: Signaling;
  readonly #connection: RTCPeerConnection;
  readonly #events: PeerLinkEvents;
  readonly #timeouts: PeerLinkTimeouts;
  readonly #iceServers: IceServerGrant;
  /** Several links share a socket; messages about all but the main one name it. */
  readonly #name: string | undefined;
  /** Our candidates, found before the request to which they belong was sent. */
  #unsent: Candidate[] = [];
  /** The server's candidates, received before the answer to which they belong was applied. */
  #unapplied: Candidate[] = [];
  /** How far the link has come; this determines what is to blame when the link is lost. */
  #reached: 'nothing' | 'answer' | 'media' = 'nothing';
  #asked = false;
  #answered = false;
  #closed = false;
  #timeoutTimer: ReturnType<typeof setTimeout> | undefined;
  #unsubscribe: (() => void)[] = [];
  #offer: Promise<RTCSessionDescriptionInit> | undefined;
  /** Resolves when the browser has applied our local description. */
  #describing: Promise<void> | undefined;

  constructor(
    signaling: Signaling,
    connection: RTCPeerConnection,
    events: PeerLinkEvents,
    { timeouts = defaultTimeouts, offer, iceServers = pageIceServersHint(), name }: PeerLinkOptions = {},
  ) {
    this.#signaling = signaling;
    this.#connection = connection;
    this.#events = events;
    this.#timeouts = timeouts;
    this.#offer = offer;
    this.#name = name;
    this.#iceServers = new IceServerGrant(connection, iceServers);
  }

  /** True while media can flow. */
  get connected(): boolean {
    return !this.#closed && this.#connection.connectionState === 'connected';
  }

  /**
   * Prepares the local description in advance, before there is a socket to send the offer over; or only the offer, if
   * the browser needs ICE servers before it gathers candidates.
   */
  prepare(): void {
    if (this.#iceServers.isAwaited) this.#offerOnce().catch(() => undefined);
    else void this.#describe();
  }

  /**
   * Makes the offer unless it has been made, sends it with `ask`, and applies the answer. The request does not wait
   * until the local description is applied, nor do our candidates wait for the answer. The server's candidates are kept
   * until the answer is applied. Fails when the link is closed meanwhile.
   */
  async negotiate<Answer extends { sdpAnswer: string }>(ask: (sdpOffer: string) => Promise<Answer>): Promise<Answer> {
    this.#unsubscribe = [
      this.#signaling.on('candidate:found', ({ link, ...candidate }) => {
        if (link === this.#name) this.#receiveCandidate(candidate);
      }),
      this.#signaling.on('ice-servers:granted', ({ iceServers, link }) => {
        if (link === this.#name) this.#iceServers.take(iceServers);
      }),
      // The server still knows a recovered socket, so candidates that were found while it was away still matter.
      this.#signaling.onConnected((recovered) => {
        if (recovered) this.#flushUnsent();
      }),
    ];
    this.#connection.addEventListener('connectionstatechange', this.#onConnectionState);
    this.#expect('connected', this.#timeouts.connectMs);

    const { isAwaited, settled } = this.#iceServers;
    const describing = isAwaited ? settled.then(() => this.#describe()) : this.#describe();
    const { sdp = '' } = await this.#offerOnce();
    if (this.#closed) throw linkClosed();
    const asking = ask(offerWithoutRotation(betterOffer(sdp)));
    this.#asked = true;
    this.#flushUnsent();

    const heard = asking.then((answer) => {
      if (this.#reached === 'nothing') this.#reached = 'answer';
      this.#iceServers.giveUp();
      return answer;
    });
    const [answer] = await Promise.all([heard, describing]);
    if (this.#closed) throw linkClosed();
    // The media server forwards sound unchanged, so it accepts stereo whether its answer says so or not.
    await this.#connection.setRemoteDescription({ type: 'answer', sdp: offerStereo(answer.sdpAnswer) });
    this.#answered = true;
    for (const candidate of this.#unapplied.splice(0)) this.#apply(candidate);
    return answer;
  }

  /** The connection's senders, for callers that replace tracks or adapt encoders. */
  get senders(): RTCRtpSender[] {
    return this.#connection.getSenders();
  }

  /** The media received so far. */
  async received(): Promise<Received> {
    if (this.#closed) return nothingReceived;
    const stats = new LinkStats(await this.#connection.getStats());
    return {
      bytes: stats.sum('inbound-rtp', 'bytesReceived'),
      videoBytes: stats.sum('inbound-rtp', 'bytesReceived', 'video'),
      framesDecoded: stats.sum('inbound-rtp', 'framesDecoded', 'video'),
      nackCount: stats.sum('inbound-rtp', 'nackCount', 'video'),
      roundTripMs: (stats.pair?.currentRoundTripTime ?? 0) * 1_000,
      isRoundTripReported: stats.sum('remote-outbound-rtp', 'roundTripTimeMeasurements', 'video') > 0,
    };
  }

  /**
   * Sets the jitter buffer target of sound and picture, in milliseconds, where the browser supports it; `null` leaves
   * the choice to the browser.
   */
  setJitterBufferTarget(delayMs: number | null): void {
    if (this.#closed) return;
    // The same for both, so that they stay in sync.
    for (const receiver of this.#connection.getReceivers()) {
      if ('jitterBufferTarget' in receiver) receiver.jitterBufferTarget = delayMs;
    }
  }

  /** The browser's full report on this link; `null` once it is closed. */
  async report(): Promise<RTCStatsReport | null> {
    return this.#closed ? null : await this.#connection.getStats();
  }

  /** Closes the connection and cancels everything that waits for it. May be called repeatedly. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timeoutTimer);
    this.detach();
    this.#connection.removeEventListener('connectionstatechange', this.#onConnectionState);
    this.#connection.close();
  }

  /** Leaves the socket's messages to another link, and goes on with what was negotiated. */
  detach(): void {
    for (const off of this.#unsubscribe.splice(0)) off();
    this.#connection.removeEventListener('icecandidate', this.#onCandidate);
  }

  #offerOnce(): Promise<RTCSessionDescriptionInit> {
    this.#offer ??= this.#connection.createOffer();
    return this.#offer;
  }

  #describe(): Promise<void> {
    if (this.#describing === undefined) {
      this.#describing = this.#makeReady();
      // A failure is reported by negotiate().
      this.#describing.catch(() => undefined);
    }
    return this.#describing;
  }

  async #makeReady(): Promise<void> {
    this.#connection.addEventListener('icecandidate', this.#onCandidate);
    const offer = await this.#offerOnce();
    if (this.#closed) throw linkClosed();
    const better = betterOffer(offer.sdp ?? '');
    try {
      await this.#connection.setLocalDescription({ type: 'offer', sdp: better });
    } catch (error) {
      // A browser may accept only its own, unmodified offer. An answer to the better one suits it as well.
      if (this.#closed || better === offer.sdp) throw error;
      await this.#connection.setLocalDescription(offer);
    }
  }

  readonly #onCandidate = (event: RTCPeerConnectionIceEvent): void => {
    // `null` means the end of candidates; in the contract that is an empty candidate.
    const { candidate = '', sdpMid = null, sdpMLineIndex = null } = event.candidate ?? {};
    this.#unsent.push({ candidate, sdpMid, sdpMLineIndex, ...(this.#name && { link: this.#name }) });
    this.#flushUnsent();
  };

  #flushUnsent(): void {
    if (this.#closed || !this.#asked || !this.#signaling.connected) return;
    for (const candidate of this.#unsent.splice(0)) {
      // A refused candidate is no reason to give up: the others may work, and otherwise the link's timeout decides.
      this.#signaling.request('candidate:add', candidate).catch(() => undefined);
    }
  }

  #receiveCandidate(candidate: Candidate): void {
    if (this.#answered) this.#apply(candidate);
    else this.#unapplied.push(candidate);
  }

  #apply(candidate: Candidate): void {
    // Browsers differ in how the end of candidates must be signalled, and none needs to know.
    if (candidate.candidate === '') return;
    this.#connection.addIceCandidate(candidate).catch(() => undefined);
  }

  readonly #onConnectionState = (): void => {
    const { connectionState } = this.#connection;
    if (connectionState === 'connected') {
      clearTimeout(this.#timeoutTimer);
      this.#reached = 'media';
      this.#events.onConnected();
    } else if (connectionState === 'disconnected') {
      // Often recovers on its own within a second; the browser may take up to half a minute to report "failed".
      this.#expect('connected', this.#timeouts.disconnectedMs);
    } else if (connectionState === 'failed') {
      this.#lose();
    }
  };

  #expect(state: RTCPeerConnectionState, timeoutMs: number): void {
    clearTimeout(this.#timeoutTimer);
    this.#timeoutTimer = setTimeout(() => {
      if (this.#connection.connectionState !== state) this.#lose();
    }, timeoutMs);
  }

  #lose(): void {
    if (this.#closed) return;
    this.close();
    this.#events.onLost(lossOf(this.#reached));
  }
}

/** Only a link that was negotiated and never worked suggests a firewall: networks change, and servers fall silent. */
function lossOf(reached: 'nothing' | 'answer' | 'media'): AppError {
  switch (reached) {
    case 'nothing':
      return new AppError('connection-lost', 'The server did not answer in time. Check your network connection.');
    case 'answer':
      return new AppError(
        'media-never-arrived',
        'Sound and picture did not get through. A firewall may be in the way.',
      );
    case 'media':
      return mediaInterrupted();
  }
}

/** The error for a link that has worked and no longer does. */
export function mediaInterrupted(): AppError {
  return new AppError('media-interrupted', 'Sound and picture were interrupted. The network may have changed.');
}

/** The browser's offer, with the features added that it supports and does not offer on its own. */
function betterOffer(sdp: string): string {
  return offerStereo(offerFeedback(sdp));
}

function linkClosed(): AppError {
  return new AppError('connection-lost', 'The connection was closed before it was made.');
}
