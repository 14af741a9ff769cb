import type { RtpConsumer, RtpPacket, RtpSource } from './media-types.ts';

/** A keyframe that is older than this is not sent to somebody who has a picture: all that followed it would come as well. */
const freshMs = 250;

/** Whether a viewer can change to this source at once, because its keyframe has just arrived. */
export function hasFreshKeyframe(source: RtpSource, now = performance.now()): boolean {
  const [keyframe] = source.packetsSinceKeyframe?.(now) ?? [];
  return keyframe !== undefined && now - keyframe.arrivedAt < freshMs;
}

/**
 * Waits for a keyframe of the next source, while the present one goes on: so a picture that changes to another source
 * does not stand still meanwhile.
 */
export class SourceSwitch {
  readonly #arrived: (source: RtpSource, keyframe: RtpPacket) => void;
  #next: { source: RtpSource; consumer: RtpConsumer } | null = null;

  /** @param arrived called once for each wait, with the first packet of the keyframe */
  constructor(arrived: (source: RtpSource, keyframe: RtpPacket) => void) {
    this.#arrived = arrived;
  }

  /** Asks `source` for a keyframe and waits for it, instead of for that of any other source. */
  await(source: RtpSource): void {
    if (this.#next?.source === source) return;
    this.cancel();
    const consumer = {
      onPacket: (packet: RtpPacket) => {
        if (!packet.keyframeStart || this.#next?.consumer !== consumer) return;
        this.cancel();
        this.#arrived(source, packet);
      },
      onSenderClock: () => undefined,
    };
    this.#next = { source, consumer };
    source.addConsumer(consumer);
    source.requestKeyframe();
  }

  /** Repeats the request for a keyframe, as long as none has arrived. Returns whether one is awaited. */
  repeat(): boolean {
    this.#next?.source.requestKeyframe();
    return this.#next !== null;
  }

  /** Waits no longer. Returns the source whose keyframe was awaited; `null` if there is none. */
  cancel(): RtpSource | null {
    const next = this.#next;
    next?.source.removeConsumer(next.consumer);
    this.#next = null;
    return next?.source ?? null;
  }
}
