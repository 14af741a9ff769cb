import type { BroadcastState } from '../../lib/broadcast-state.ts';
import type { BroadcastView, PictureFlow, PresenterHealth, RecordingMode } from '../../lib/signaling.ts';
import type { BroadcastRecording } from './broadcast-recording.ts';
import type { SavedBroadcast } from './broadcast-types.ts';
import type { Outages } from './outages.ts';

/** A show that is about to begin. `keyId` is the id of the presenter key with which it does, if that is one. */
export type NewShow = { channel: string; title: string; record: RecordingMode; keyId: string | null };

/** The part of the info that is kept on disk. */
type SavedInfo = Pick<SavedBroadcast, 'title' | 'peakViewers' | 'cameraOn' | 'keyId'>;

/** The events that are reported to the owner of the info. */
type BroadcastInfoEvents = { changed: () => void; renamed: (title: string) => void };

/** What the presenter reports about the show, and what is counted: information that does not affect the media links. */
export class BroadcastInfo {
  /** The id of the presenter key with which the show began; `null` for the owner key and for signed links. */
  readonly keyId: string | null;
  readonly #events: BroadcastInfoEvents;
  #title: string;
  #peakViewers: number;
  #cameraOn: boolean;
  #picture: PictureFlow = 'still';
  #presenterHealth: PresenterHealth = 'unknown';
  #uplinkMs: number | null = null;

  constructor(info: Pick<SavedInfo, 'title' | 'keyId'> & Partial<SavedInfo>, events: BroadcastInfoEvents) {
    this.keyId = info.keyId;
    this.#events = events;
    this.#title = info.title;
    this.#peakViewers = info.peakViewers ?? 0;
    this.#cameraOn = info.cameraOn ?? true;
  }

  get title(): string {
    return this.#title;
  }

  /** The info as anyone may see it. */
  get view(): Omit<SavedInfo, 'keyId'> & {
    picture: PictureFlow;
    presenterHealth: PresenterHealth;
    uplinkMs: number | null;
  } {
    const { keyId: _, ...saved } = this.save();
    const [picture, presenterHealth, uplinkMs] = [this.#picture, this.#presenterHealth, this.#uplinkMs];
    return { ...saved, picture, presenterHealth, uplinkMs };
  }

  save(): SavedInfo {
    return { title: this.#title, peakViewers: this.#peakViewers, cameraOn: this.#cameraOn, keyId: this.keyId };
  }

  rename(title: string): void {
    if (title === this.#title) return;
    this.#title = title;
    this.#events.renamed(title);
    this.#events.changed();
  }

  turnCamera(cameraOn: boolean): void {
    if (cameraOn === this.#cameraOn) return;
    this.#cameraOn = cameraOn;
    this.#events.changed();
  }

  /** Records whether the media server receives the presenter's picture. */
  notePicture(picture: PictureFlow): void {
    if (picture === this.#picture) return;
    this.#picture = picture;
    this.#events.changed();
  }

  /** @param uplinkMs how long video takes to reach the media server, in milliseconds; `null` while unknown */
  noteHealth(health: PresenterHealth, uplinkMs: number | null): void {
    if (health === this.#presenterHealth && uplinkMs === this.#uplinkMs) return;
    this.#uplinkMs = uplinkMs;
    this.#presenterHealth = health;
    this.#events.changed();
  }

  /** Notes that the number of viewers, who are counted elsewhere, is another one now. */
  noteViewers(viewers: number): void {
    this.#peakViewers = Math.max(this.#peakViewers, viewers);
    this.#events.changed();
  }
}

/** The parts of a view. */
type ViewParts = {
  id: string;
  channel: string;
  info: BroadcastInfo['view'];
  state: BroadcastState;
  audience: { viewers: number; narrow: number };
  recording: BroadcastRecording;
  outages: Outages;
};

/** A broadcast as anyone may see it. */
export function describeBroadcast(parts: ViewParts): BroadcastView {
  const { id, channel, state, audience, recording, outages } = parts;
  const isOver = state.phase === 'ended';
  return {
    broadcastId: id,
    channel,
    ...parts.info,
    phase: state.phase,
    startedAt: isOver ? state.began : 'since' in state ? state.since : null,
    endedAt: isOver ? state.at : null,
    viewers: audience.viewers,
    narrowViewers: audience.narrow,
    interruption:
      state.phase === 'interrupted'
        ? { by: state.by, until: state.until, recurring: state.by === 'media-server' && outages.recurring }
        : null,
    recording: recording.phase,
    recordingProblem: recording.problem,
    recordingId: isOver ? recording.lastingId : recording.finishedId,
    endReason: isOver ? state.reason : null,
  };
}
