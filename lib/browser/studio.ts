import { backoffMs } from './backoff.ts';
import { openStorage } from './browser-storage.ts';
import { choiceOf, type MediaChoice, openLocalMedia, stopStream } from './local-media.ts';
import { MediaDeviceList } from './media-devices.ts';
import { createPeerConnection } from './peer-connection.ts';
import { Publisher, type ShowPlan } from './publisher.ts';
import { isOnStage, streamOf } from './publisher-state.ts';
import { recallShow, rememberShow } from './remembered.ts';
import { SignalingClient } from './signaling-client.ts';
import { WakeLock } from './wake-lock.ts';

/** A presenter's studio: the publisher and what surrounds it. */
export class Studio {
  readonly devices = new MediaDeviceList();
  readonly publisher: Publisher;
  readonly #wakeLock = new WakeLock();
  #stop: (() => void) | null = null;

  constructor() {
    this.publisher = new Publisher({
      connectSignaling: () => new SignalingClient(),
      createPeerConnection,
      stopMedia: stopStream,
      backoffMs,
      openMedia: async (choice) => {
        const stream = await openLocalMedia(choice);
        this.devices.refresh();
        return stream;
      },
    });
  }

  /** Opens camera and devices, and takes care of what pages go through. */
  open(): void {
    const hangUp = () => this.publisher.hangUp();
    const comeBack = (event: PageTransitionEvent) => {
      if (event.persisted) this.publisher.comeBack();
    };
    globalThis.addEventListener('pagehide', hangUp);
    globalThis.addEventListener('pageshow', comeBack);
    const unsubscribe = this.publisher.subscribe(() => this.#wakeLock.keep(isOnStage(this.publisher.getState())));
    this.#stop = () => {
      globalThis.removeEventListener('pagehide', hangUp);
      globalThis.removeEventListener('pageshow', comeBack);
      unsubscribe();
    };
    this.devices.open();
    const { camera = 'any', microphone = 'any' } = recallShow(openStorage());
    this.askForCamera({ camera, microphone });
  }

  /** Gives everything back. It can be opened again. */
  close(): void {
    this.#stop?.();
    this.#wakeLock.keep(false);
    this.devices.close();
    this.publisher.close();
  }

  /** Goes live, and remembers what it was called and which devices it was made with. */
  goLive(plan: ShowPlan): void {
    const { channel, title, record } = plan;
    const stream = streamOf(this.publisher.getState());
    if (stream === null) return;
    rememberShow(openStorage(), { channel, title, record, ...choiceOf(stream) });
    this.publisher.start(plan);
  }

  /** Back from the end of a show to the preview of the next. */
  prepareAgain(): void {
    this.publisher.close();
    const { camera = 'any', microphone = 'any' } = recallShow(openStorage());
    this.askForCamera({ camera, microphone });
  }

  /** Asks for other devices. */
  askForCamera(choice: MediaChoice): void {
    // Problems become part of the publisher's state; on stage, the show goes on with what it has.
    this.publisher.openDevices(choice).catch(() => undefined);
  }
}
