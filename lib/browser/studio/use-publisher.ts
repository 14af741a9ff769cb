import type { LowerTier } from '../../tiers.ts';
import type { Switches } from '../capture/camera.ts';
import type { MediaChoice, MediaInputs } from '../capture/local-media.ts';
import type { MediaCaptureState } from '../capture/media-capture.ts';
import type { MediaRequest, Source } from '../capture/media-plan.ts';
import type { Corner } from '../capture/picture-layout.ts';
import type { ReadableStore } from '../page/store.ts';
import { useOpened, useStore } from '../page/use-store.ts';
import type { Quality } from '../rtc/quality.ts';
import type { SenderStatsMonitor } from '../rtc/sender-stats-monitor.ts';
import type { SoundMode } from '../rtc/sound-mode.ts';
import type { Signaling } from '../signaling/signaling-client.ts';
import type { Publisher } from './publisher.ts';
import type { ShowPlan } from './publisher-connection-state.ts';
import type { PublisherState } from './publisher-state.ts';
import type { Resumable } from './resume-offer.ts';
import { Studio } from './studio.ts';
import type { StudioGuests } from './studio-guests.ts';

/** The studio, as components use it. */
export type PublisherHandle = {
  state: PublisherState;
  switches: Switches;
  inputs: MediaInputs;
  publisher: Publisher;
  /** The newest socket to the server; `null` before the first one. */
  signaling: ReadableStore<Signaling | null>;
  guests: StudioGuests;
  /** Measures the upload; components that show it subscribe to it. */
  sender: SenderStatsMonitor;
  /** The smaller pictures that the uplink does not bear. */
  withheldTiers: readonly LowerTier[];
  /** Whether there may be a preview on the front page. */
  previewsAllowed: boolean;
  allowPreviews: (allowed: boolean) => void;
  askForCamera: (choice: MediaChoice) => void;
  /** The media that is sent, or will be sent. */
  media: MediaCaptureState;
  setSource: (source: Source) => void;
  setCorner: (corner: Corner) => void;
  setQuality: (quality: Quality) => void;
  setSound: (sound: SoundMode) => void;
  /** Tries again to open devices that were unavailable. */
  retry: (request: MediaRequest) => void;
  /** Dismisses the notice of the media capture, or its suggestion. */
  dismissNotice: () => void;
  goLive: (plan: ShowPlan) => void;
  /** An earlier broadcast that can be resumed or ended; `null` while there is none. */
  offer: Resumable | null;
  resume: () => void;
  endOffered: () => void;
  /** Ends the show, or the attempt to start one. */
  stop: () => void;
  prepareAgain: () => void;
};

/** Opens the camera and everything behind it, as long as the component is mounted. */
export function usePublisher(): PublisherHandle {
  const studio = useOpened(() => new Studio());
  const { publisher, devices, capture, offer, sender } = studio;
  return {
    state: useStore(publisher.state),
    switches: useStore(publisher.switches),
    inputs: useStore(devices.state),
    publisher,
    signaling: studio.signaling,
    guests: studio.guests,
    sender,
    withheldTiers: useStore(studio.withheldTiers),
    previewsAllowed: useStore(studio.previewsAllowed),
    allowPreviews: (allowed) => studio.allowPreviews(allowed),
    askForCamera: (choice) => studio.askForCamera(choice),
    media: useStore(capture.state),
    setSource: (source) => studio.setSource(source),
    setCorner: (corner) => studio.setCorner(corner),
    setQuality: (quality) => studio.setQuality(quality),
    setSound: (sound) => studio.setSound(sound),
    retry: (request) => studio.retry(request),
    dismissNotice: () => capture.dismiss(),
    goLive: (plan) => studio.goLive(plan),
    offer: useStore(offer.state),
    resume: () => studio.resume(),
    endOffered: () => studio.endOffered(),
    stop: () => void publisher.stop(),
    prepareAgain: () => studio.prepareAgain(),
  };
}
