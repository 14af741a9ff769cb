import { randomBytes } from 'node:crypto';
import {
  type RtpLink,
  type RtpLinkOptions,
  type SrtpCrypto,
  type SrtpSuiteName,
  srtpMasterKeyBytes,
} from '../media/rtp-link-types.ts';
import type { JsonObject } from '../rpc/json-rpc.ts';
import { KurentoError } from '../rpc/rpc-error.ts';
import { BaseRtpEndpoint, type RtpCarrier } from './base-rtp-endpoint.ts';
import type { MediaPipeline } from './media-pipeline.ts';
import { type OfferOptions, offeredDirections } from './sdp-endpoint.ts';

/** A peer that speaks RTP over UDP without ICE and DTLS: another media server, an encoder, a telephone system. */
export class RtpEndpoint extends BaseRtpEndpoint {
  readonly #link: RtpLink;

  constructor(pipeline: MediaPipeline, options: RtpLinkOptions) {
    super(pipeline, 'RtpEndpoint');
    this.#link = this.context.engine.openRtpLink({ connected: () => this.setConnectionState('CONNECTED') }, options);
  }

  protected override get carrier(): RtpCarrier {
    return this.#link;
  }

  protected override answer(offer: string): Promise<string> {
    return this.#link.processOffer(offer);
  }

  protected override offer(options: OfferOptions): Promise<string> {
    const directions = offeredDirections(options, { recvonly: false, sendonly: false });
    return this.#link.generateOffer({ directions, data: false });
  }

  protected override complete(answer: string): Promise<string> {
    return this.#link.processAnswer(answer);
  }

  protected override onAgreed(): void {
    if (this.#link.isConnected) this.setConnectionState('CONNECTED');
  }

  protected override async onRelease(): Promise<void> {
    await super.onRelease();
    this.#link.close();
  }
}

/**
 * Reads Kurento's record of how RTP is encrypted; a key is generated when none is given.
 * @returns null for plain RTP
 * @throws KurentoError 40107 for a key that does not fit the suite, or one without a suite
 */
export function readSdes({ crypto, key, keyBase64 }: JsonObject): SrtpCrypto | null {
  if (crypto === undefined) {
    // The original sends unencrypted in this case, which no client that gives a key can want.
    if (key !== undefined || keyBase64 !== undefined) throw illegal("A key needs 'crypto', the suite that it is for");
    return null;
  }
  if (!isSuite(crypto)) throw illegal('Invalid crypto suite');
  const length = srtpMasterKeyBytes[crypto];
  if (key === undefined && keyBase64 === undefined) return { suite: crypto, masterKey: randomBytes(length) };
  if (key === undefined && !/^[A-Za-z0-9+/]*={0,2}$/.test(String(keyBase64))) {
    throw illegal('Master key is not valid Base64');
  }
  const masterKey = key === undefined ? Buffer.from(String(keyBase64), 'base64') : Buffer.from(String(key));
  if (masterKey.length !== length) throw illegal(`Master key size is wrong: ${masterKey.length} bytes, not ${length}`);
  return { suite: crypto, masterKey };
}

function isSuite(name: unknown): name is SrtpSuiteName {
  return typeof name === 'string' && Object.hasOwn(srtpMasterKeyBytes, name);
}

function illegal(message: string): KurentoError {
  return new KurentoError(40107, message);
}
