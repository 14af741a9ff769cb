import { type PictureSize, sizeOf, widthFor } from '../rtc/quality.ts';
import { markSound } from '../rtc/sound-mode.ts';
import { deviceOf } from './local-media.ts';
import type { MediaPlan } from './media-plan.ts';
import { type ComposedPicture, composePicture } from './picture-composer.ts';
import type { SharedScreen } from './screen-capture.ts';

/** The captured tracks from which a production is made. */
export type Inputs = {
  camera: MediaStreamTrack | null;
  microphone: MediaStreamTrack | null;
  screen: SharedScreen | null;
};

/** The stream that is sent, and everything it is made of. */
export type Production = Inputs & {
  stream: MediaStream;
  /** The plan, with the devices that are actually used. */
  plan: MediaPlan;
  size: PictureSize | null;
  composed: ComposedPicture | null;
  mixed: MixedSound | null;
};

/** Makes one picture and one sound from `inputs`. */
export function produce(wanted: MediaPlan, inputs: Inputs): Production {
  const { camera, microphone, screen } = inputs;
  // The hints make encoders keep a camera's motion smooth and a screen's text legible.
  if (camera !== null) camera.contentHint = 'motion';
  if (screen !== null) screen.video.contentHint = 'detail';
  if (microphone !== null) markSound(microphone, wanted.sound);
  // The sound of a shared screen is stereo, and often music.
  if (screen?.audio) markSound(screen.audio, 'music');
  const { corner, quality } = wanted;
  const composed =
    screen !== null && camera !== null ? composePicture({ screen: screen.video, camera, corner, quality }) : null;
  if (composed !== null) composed.track.contentHint = 'detail';
  const picture = composed?.track ?? screen?.video ?? camera;
  const sounds = [microphone, screen?.audio ?? null].filter((track) => track !== null);
  const mixed = sounds.length > 1 ? mixSound(sounds) : null;
  if (mixed !== null) markSound(mixed.track, 'music');
  const sound = mixed?.track ?? sounds[0] ?? null;
  const size: PictureSize | null =
    composed === null
      ? picture && sizeOf(picture)
      : { width: widthFor(quality.height), height: quality.height, frameRate: quality.frameRate };
  return {
    ...inputs,
    stream: new MediaStream([picture, sound].filter((track) => track !== null)),
    plan: planOf(wanted, inputs),
    size,
    composed,
    mixed,
  };
}

/** The captured tracks of a production; other productions may use them as well. */
export function tracksOf({ camera, microphone, screen }: Inputs): MediaStreamTrack[] {
  return [camera, microphone, screen?.video ?? null, screen?.audio ?? null].filter((track) => track !== null);
}

/** Ends a production, but not the tracks in `stillNeeded`. */
export function endProduction(production: Production, stillNeeded: ReadonlySet<MediaStreamTrack>): void {
  production.composed?.close();
  production.mixed?.close();
  for (const track of tracksOf(production)) if (!stillNeeded.has(track)) track.stop();
}

function planOf(wanted: MediaPlan, { camera, microphone, screen }: Inputs): MediaPlan {
  const withCamera = wanted.source !== 'screen';
  return {
    ...wanted,
    // While only a screen is shown, the plan keeps the camera for when it is wanted again.
    ...(withCamera && { camera: camera === null ? 'none' : deviceOf(camera) }),
    microphone: microphone === null ? 'none' : deviceOf(microphone),
    source: screen === null ? 'camera' : camera === null ? 'screen' : 'both',
  };
}

/** Several sounds, mixed into one track. */
type MixedSound = { track: MediaStreamTrack; close: () => void };

/** Mixes `tracks` in stereo, so that the microphone and the shared sound are both heard. */
function mixSound(tracks: readonly MediaStreamTrack[]): MixedSound | null {
  const context = new AudioContext();
  const output = new MediaStreamAudioDestinationNode(context, { channelCount: 2 });
  for (const track of tracks) context.createMediaStreamSource(new MediaStream([track])).connect(output);
  // A person who shares a screen has clicked on the page, so the browser allows sound.
  context.resume().catch(() => undefined);
  const [track] = output.stream.getAudioTracks();
  if (track === undefined) return null;
  return {
    track,
    close: () => {
      track.stop();
      context.close().catch(() => undefined);
    },
  };
}
