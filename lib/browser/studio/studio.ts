import type { LowerTier } from '../../tiers.ts';
import { type MediaChoice, MediaDeviceList } from '../capture/local-media.ts';
import { MediaCapture } from '../capture/media-capture.ts';
import type { MediaRequest, Source } from '../capture/media-plan.ts';
import type { Corner } from '../capture/picture-layout.ts';
import { openStorage } from '../page/browser-storage.ts';
import { observePageLifecycle } from '../page/page-lifecycle.ts';
import { Store } from '../page/store.ts';
import { WakeLock } from '../page/wake-lock.ts';
import { createPeerConnection } from '../rtc/peer-connection.ts';
import type { Quality } from '../rtc/quality.ts';
import { SenderStatsMonitor } from '../rtc/sender-stats-monitor.ts';
import type { SoundMode } from '../rtc/sound-mode.ts';
import { UplinkMemory } from '../rtc/uplink-memory.ts';
import { backoffMs } from '../signaling/retry.ts';
import { serverClock } from '../signaling/server-clock.ts';
import { type Signaling, SignalingClient } from '../signaling/signaling-client.ts';
import { Publisher } from './publisher.ts';
import type { ShowPlan } from './publisher-connection-state.ts';
import { isBroadcasting, streamOf } from './publisher-state.ts';
import { ResumeOffer } from './resume-offer.ts';
import { ResumeTickets } from './resume-tickets.ts';
import { loadPlan, loadPreviewsAllowed, savePlan, savePreviewsAllowed, saveShow } from './saved-choices.ts';
import { StudioGuests } from './studio-guests.ts';

/** A presenter's studio: the publisher, the media that it sends, and everything around it. */
export class Studio {
  readonly devices = new MediaDeviceList();
  readonly capture = new MediaCapture((request) => this.#change(request));
  readonly publisher: Publisher;
  readonly offer: ResumeOffer;
  /** The guests of the show. */
  readonly guests = new StudioGuests();
  /** Measures the upload during a show. */
  readonly sender: SenderStatsMonitor;
  /** The smaller pictures that the uplink does not bear. */
  readonly withheldTiers = new Store<readonly LowerTier[]>([]);
  /** The newest socket to the server; `null` before the first one. */
  readonly signaling = new Store<Signaling | null>(null);
  /** Whether there may be a preview on the front page, as the presenter chose, here or on the device before. */
  readonly previewsAllowed = new Store(true);
  #sendsPreviews = false;
  readonly #wakeLock = new WakeLock();
  #stop: (() => void) | null = null;

  constructor() {
    const tickets = new ResumeTickets();
    this.offer = new ResumeOffer(tickets);
    this.publisher = new Publisher({
      tickets,
      connectSignaling: () => {
        const signaling = new SignalingClient();
        this.signaling.set(signaling);
        return this.guests.watch(signaling);
      },
      program: this.guests.program,
      createPeerConnection,
      uplink: new UplinkMemory(openStorage),
      withheldTiers: this.withheldTiers,
      stopMedia: this.capture.stop,
      switchMedia: this.capture.switchOn,
      backoffMs,
      serverNow: () => serverClock.now(),
      openMedia: async (request) => {
        const stream = await this.capture.open(request);
        this.devices.refresh();
        return stream;
      },
    });
    this.sender = new SenderStatsMonitor({
      read: () => this.publisher.stats(),
      sentPicture: () => this.publisher.sent.picture,
      refusedKinds: () => this.publisher.refusedKinds(),
      onHealth: (health, delayMs) => this.publisher.noteHealth(health, delayMs),
    });
  }

  /** Opens camera and devices, and handles the events of the page's lifecycle. */
  open(): void {
    const hangUp = () => this.publisher.hangUp();
    const comeBack = (event: PageTransitionEvent) => {
      if (event.persisted) this.publisher.comeBack();
    };
    globalThis.addEventListener('pagehide', hangUp);
    globalThis.addEventListener('pageshow', comeBack);
    const page = observePageLifecycle(({ gapMs }) => this.publisher.checkNow(gapMs));
    const unsubscribe = this.publisher.state.subscribe(() => {
      const state = this.publisher.state.get();
      const broadcasting = isBroadcasting(state);
      if (state.phase === 'live') this.#sendPreviews();
      this.#wakeLock.keep(broadcasting);
      this.sender.keep(broadcasting);
      // A presenter whose start failed may still resume the broadcast on offer.
      if (state.phase === 'preview' && state.problem !== null) this.offer.open();
    });
    this.#stop = () => {
      globalThis.removeEventListener('pagehide', hangUp);
      globalThis.removeEventListener('pageshow', comeBack);
      page.close();
      unsubscribe();
    };
    this.guests.open(this.publisher, () => this.capture.state.get().plan.quality);
    this.devices.open();
    this.offer.open();
    this.#recall();
  }

  /** Releases everything. It can be opened again. */
  close(): void {
    this.#stop?.();
    this.guests.close();
    this.#wakeLock.keep(false);
    this.sender.keep(false);
    this.devices.close();
    this.offer.close();
    this.publisher.close();
  }

  /** Goes live, and stores the show's fields and its media plan. */
  goLive(plan: ShowPlan): void {
    const { channel, title, record } = plan;
    if (streamOf(this.publisher.state.get()) === null) return;
    saveShow(openStorage(), { channel, title, record });
    this.#savePlan();
    this.offer.close();
    this.publisher.start(plan);
  }

  /** Resumes the broadcast on offer, with the devices of the preview. Does nothing without a preview. */
  resume(): void {
    const offer = this.offer.state.get();
    if (offer === null || streamOf(this.publisher.state.get()) === null) return;
    this.offer.close();
    this.publisher.resume(offer.ticket, offer.broadcast);
  }

  /** Ends the broadcast on offer. Only its presenter can end it, so it is resumed first. */
  endOffered(): void {
    this.resume();
    this.publisher.stop().catch(() => undefined);
  }

  /** Returns from the end of a show to the preview of the next one. */
  prepareAgain(): void {
    this.publisher.close();
    this.offer.open();
    this.#recall();
  }

  /** Asks for other devices. */
  askForCamera(choice: MediaChoice): void {
    this.#choose(choice);
  }

  /** Tries again to open wanted devices that were unavailable. */
  retry(request: MediaRequest): void {
    this.#choose(request);
  }

  /**
   * Changes the source of the picture, before the show or during it; the current picture goes on until the new one is
   * ready. For a screen, call it in a click handler; the same source again asks for another screen.
   */
  setSource(source: Source): void {
    this.#choose({ source });
  }

  /** Moves the camera to another corner of the screen. */
  setCorner(corner: Corner): void {
    this.#choose({ corner });
  }

  /** Changes the size and frame rate of the picture. */
  setQuality(quality: Quality): void {
    this.#choose({ quality });
  }

  /** Switches the microphone between speech and music. */
  setSound(sound: SoundMode): void {
    this.#choose({ sound });
  }

  /** Allows previews on the front page, or forbids them, for this show and the next ones. */
  allowPreviews(allowed: boolean): void {
    savePreviewsAllowed(openStorage(), allowed);
    this.previewsAllowed.set(allowed);
  }

  /** The code for it is loaded once the first show is live: the studio works before that, and without it. */
  #sendPreviews(): void {
    if (this.#sendsPreviews) return;
    this.#sendsPreviews = true;
    import('./show-previews.ts').then(
      ({ sendPreviews }) => sendPreviews(this.publisher, this.previewsAllowed),
      () => {
        // The network may be down for a moment. The next change of the show tries again.
        this.#sendsPreviews = false;
      },
    );
  }

  #recall(): void {
    this.previewsAllowed.set(loadPreviewsAllowed(openStorage()));
    this.capture.recall(loadPlan(openStorage()));
    this.#change({});
  }

  /** Makes a change that the presenter chose, and stores it. Automatic changes are not stored. */
  #choose(request: MediaRequest): void {
    this.#change(request, () => this.#savePlan());
  }

  #change(request: MediaRequest, onDone: () => void = () => undefined): void {
    // Without a picture, problems become part of the publisher's state; otherwise the current picture goes on.
    this.publisher.openDevices(request).then(onDone, (error: unknown) => this.capture.fail(request, error));
  }

  #savePlan(): void {
    savePlan(openStorage(), this.capture.chosen);
  }
}
