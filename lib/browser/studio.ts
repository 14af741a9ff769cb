import { backoffMs } from './backoff.ts';
import { openStorage } from './browser-storage.ts';
import { choiceOf, type MediaChoice, openLocalMedia, stopStream } from './local-media.ts';
import { MediaDeviceList } from './media-devices.ts';
import type { ShowPlan } from './mission.ts';
import { watchPage } from './page-watch.ts';
import { createPeerConnection } from './peer-connection.ts';
import { Publisher } from './publisher.ts';
import { isOnStage, streamOf } from './publisher-state.ts';
import { recallShow, rememberShow } from './remembered.ts';
import { ResumeOffer } from './resume-offer.ts';
import { ResumeTickets } from './resume-tickets.ts';
import { SenderWatch } from './sender-watch.ts';
import { SignalingClient } from './signaling-client.ts';
import { WakeLock } from './wake-lock.ts';

/** A presenter's studio: the publisher and what surrounds it. */
export class Studio {
  readonly devices = new MediaDeviceList();
  readonly publisher: Publisher;
  readonly offer: ResumeOffer;
  /** How well it goes out, while it does. */
  readonly sender: SenderWatch;
  readonly #wakeLock = new WakeLock();
  #stop: (() => void) | null = null;

  constructor() {
    const tickets = new ResumeTickets();
    this.offer = new ResumeOffer(tickets);
    this.publisher = new Publisher({
      tickets,
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
    this.sender = new SenderWatch({
      read: () => this.publisher.stats(),
      isCameraOn: () => this.publisher.getSwitches().camera,
      onHealth: (health, delayMs) => this.publisher.noteHealth(health, delayMs),
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
    const page = watchPage(({ gapMs }) => this.publisher.checkNow(gapMs));
    const unsubscribe = this.publisher.subscribe(() => {
      const onStage = isOnStage(this.publisher.getState());
      this.#wakeLock.keep(onStage);
      this.sender.keep(onStage);
    });
    this.#stop = () => {
      globalThis.removeEventListener('pagehide', hangUp);
      globalThis.removeEventListener('pageshow', comeBack);
      page.close();
      unsubscribe();
    };
    this.devices.open();
    this.offer.open();
    const { camera = 'any', microphone = 'any' } = recallShow(openStorage());
    this.askForCamera({ camera, microphone });
  }

  /** Gives everything back. It can be opened again. */
  close(): void {
    this.#stop?.();
    this.#wakeLock.keep(false);
    this.sender.keep(false);
    this.devices.close();
    this.offer.close();
    this.publisher.close();
  }

  /** Goes live, and remembers what it was called and which devices it was made with. */
  goLive(plan: ShowPlan): void {
    const { channel, title, record } = plan;
    const stream = streamOf(this.publisher.getState());
    if (stream === null) return;
    rememberShow(openStorage(), { channel, title, record, ...choiceOf(stream) });
    this.offer.close();
    this.publisher.start(plan);
  }

  /** Takes up the broadcast that is offered, with the devices of the preview. Does nothing without a preview. */
  resume(): void {
    const offer = this.offer.getState();
    if (offer === null || streamOf(this.publisher.getState()) === null) return;
    this.offer.close();
    this.publisher.resume(offer.ticket, offer.broadcast);
  }

  /** Ends the broadcast that is offered: only its presenter can, so it is taken up first. */
  endOffered(): void {
    this.resume();
    this.publisher.stop().catch(() => undefined);
  }

  /** Back from the end of a show to the preview of the next. */
  prepareAgain(): void {
    this.publisher.close();
    this.offer.open();
    const { camera = 'any', microphone = 'any' } = recallShow(openStorage());
    this.askForCamera({ camera, microphone });
  }

  /** Asks for other devices. */
  askForCamera(choice: MediaChoice): void {
    // Problems become part of the publisher's state; on stage, the show goes on with what it has.
    this.publisher.openDevices(choice).catch(() => undefined);
  }
}
