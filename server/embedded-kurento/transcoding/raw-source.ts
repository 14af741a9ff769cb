import type { MediaKind, RtpSource } from '../media/media-types.ts';
import type { EncodedCodec } from './codecs.ts';
import type { EncodedStream } from './encoded-stream.ts';

/** Raw media, which is available in any codec. */
export interface Encodable {
  readonly kind: MediaKind;
  /** The stream in this codec, which is the same for all that ask. */
  streamIn(encoded: EncodedCodec): EncodedStream;
  /** Nobody uses the stream any more. */
  forget(stream: EncodedStream): void;
}

/** A source that has no packets of its own: each sink gets them in a codec that it takes. */
export type RawSource = RtpSource & Encodable & { readonly isRaw: true };

export function isRawSource(source: RtpSource): source is RawSource {
  return 'isRaw' in source;
}
