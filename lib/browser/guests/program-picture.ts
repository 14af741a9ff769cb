import type { GuestLayout } from '../../guests.ts';
import { openCanvasTrack } from '../capture/canvas-track.ts';
import { limitDrawing } from '../capture/draw-limiter.ts';
import { type FrameFeed, startFrameFeed } from '../capture/frame-feed.ts';
import type { Rect, Size } from '../capture/picture-layout.ts';
import { startSteadyTimer } from '../capture/steady-timer.ts';
import { directionOf, fitName, hueOf, initialsOf } from './name-label.ts';
import { Pace } from './pace.ts';
import { arrangementFor, layoutOf, mainOf, type Pictured } from './program-layout.ts';

/** Somebody in the picture, with their own picture if there is one now. */
export type ProgramPerson = Pictured & { name: string; picture: MediaStreamTrack | null };

/** What the picture shows. */
type ProgramScene = {
  people: readonly ProgramPerson[];
  layout: GuestLayout;
  /** Who speaks, for a layout that follows them. */
  speaker: string | null;
};

/** The size of the picture in pixels and pictures per second. */
export type ProgramSize = Size & { frameRate: number };

/** The one picture of a show with guests. */
export type ProgramPicture = {
  /** The track that shows it; another one after each change of the size. */
  readonly track: MediaStreamTrack;
  show(scene: ProgramScene): void;
  /** Goes on in another size, on another track. @returns the former track, to be stopped when it is no longer sent */
  resize(size: ProgramSize): MediaStreamTrack;
  close(): void;
};

type Context = CanvasRenderingContext2D;

const backdrop = '#12151c';
/** The height of a name's letters, as a share of the picture's height: legible on a phone, in a small tile too. */
const letterShare = { least: 0.024, most: 0.036, ofTile: 0.09 };

/**
 * Makes one picture of many. It goes on in a hidden tab. `null` in a browser that cannot.
 * @param onPace called when this machine begins or ceases to be too slow
 */
export function openProgramPicture(first: ProgramSize, onPace: (isBehind: boolean) => void): ProgramPicture | null {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: first.width, height: first.height });
  const context = canvas.getContext('2d', { alpha: false });
  const opened = openCanvasTrack(canvas, first.frameRate);
  if (context === null || opened === null) return null;
  let [size, output] = [first, opened];
  const font = getComputedStyle(document.body).fontFamily;
  const feeds = new Map<MediaStreamTrack, FrameFeed>();
  let pace = new Pace(size.frameRate);
  let scene: ProgramScene = { people: [], layout: { arrangement: 'auto', main: null }, speaker: null };

  const drawing = limitDrawing(() => {
    const now = performance.now();
    const { people, layout, speaker } = scene;
    context.fillStyle = backdrop;
    context.fillRect(0, 0, size.width, size.height);
    const tiles = layoutOf(
      arrangementFor(layout.arrangement, people),
      people,
      mainOf(people, layout.main, speaker),
      size,
    );
    for (const { id, rect } of tiles) {
      const person = people.find((one) => one.id === id);
      if (person !== undefined) drawPerson(person, rect);
    }
    output.push();
    const wasBehind = pace.isBehind;
    pace.drawn(now);
    if (pace.isBehind !== wasBehind) onPace(pace.isBehind);
  });
  // Ticks that were held up arrive all at once.
  const onTick = () => drawing.drawAfter(frameMsOf(size) * 0.6);
  const drawPerson = (person: ProgramPerson, rect: Rect) => {
    const isAlone = rect.width === size.width;
    const frame = person.picture === null ? null : (feeds.get(person.picture)?.latest() ?? null);
    context.save();
    context.beginPath();
    if (isAlone) context.rect(rect.x, rect.y, rect.width, rect.height);
    else context.roundRect(rect.x, rect.y, rect.width, rect.height, Math.round(size.height * 0.014));
    context.clip();
    if (frame === null) drawSlate(context, person, rect, font);
    else drawFrame(context, frame, person.isScreen, rect);
    drawName(context, person.name, rect, size, font);
    context.restore();
  };
  let timer = startSteadyTimer(frameMsOf(size), onTick);
  return {
    get track() {
      return output.track;
    },
    show: (next) => {
      scene = next;
      const pictures = new Set(next.people.map(({ picture }) => picture));
      for (const [track, feed] of feeds) {
        if (pictures.has(track)) continue;
        feeds.delete(track);
        feed.close();
      }
      for (const track of pictures) {
        if (track !== null && !feeds.has(track))
          feeds.set(
            track,
            startFrameFeed(track, () => undefined),
          );
      }
    },
    resize: (next) => {
      const former = output;
      Object.assign(canvas, { width: next.width, height: next.height });
      // A browser that could make the first one can make another one.
      output = openCanvasTrack(canvas, next.frameRate) ?? former;
      size = next;
      // Whether this machine keeps up in this size is another question.
      if (pace.isBehind) onPace(false);
      pace = new Pace(size.frameRate);
      timer.close();
      timer = startSteadyTimer(frameMsOf(size), onTick);
      drawing.draw();
      return former.track;
    },
    close: () => {
      timer.close();
      for (const feed of feeds.values()) feed.close();
      feeds.clear();
      output.track.stop();
    },
  };
}

function frameMsOf({ frameRate }: ProgramSize): number {
  return 1_000 / frameRate;
}

/** A person's picture fills the tile, a screen is shown whole. */
function drawFrame(context: Context, frame: Size & { image: CanvasImageSource }, isWhole: boolean, rect: Rect): void {
  const [across, down] = [rect.width / frame.width, rect.height / frame.height];
  const scale = isWhole ? Math.min(across, down) : Math.max(across, down);
  const [width, height] = [frame.width * scale, frame.height * scale];
  context.fillStyle = 'black';
  context.fillRect(rect.x, rect.y, rect.width, rect.height);
  context.drawImage(frame.image, rect.x + (rect.width - width) / 2, rect.y + (rect.height - height) / 2, width, height);
}

/** Stands in for somebody without a picture. */
function drawSlate(context: Context, { id, name }: ProgramPerson, rect: Rect, font: string): void {
  const hue = hueOf(id);
  context.fillStyle = `hsl(${hue} 22% 20%)`;
  context.fillRect(rect.x, rect.y, rect.width, rect.height);
  const [x, y] = [rect.x + rect.width / 2, rect.y + rect.height / 2];
  const radius = Math.min(rect.width, rect.height) * 0.24;
  context.fillStyle = `hsl(${hue} 45% 38%)`;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = 'white';
  context.font = `600 ${Math.round(radius * 0.85)}px ${font}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(initialsOf(name), x, y);
}

/** The name at the lower edge of a picture, on the side where its script begins. */
function drawName(context: Context, name: string, rect: Rect, whole: Size, font: string): void {
  if (name === '') return;
  const { least, most, ofTile } = letterShare;
  const letter = Math.round(Math.min(whole.height * most, Math.max(whole.height * least, rect.height * ofTile)));
  const [pad, margin, height] = [Math.round(letter * 0.55), Math.round(letter * 0.5), Math.round(letter * 1.7)];
  context.font = `600 ${letter}px ${font}`;
  const room = rect.width - 2 * margin - 2 * pad;
  const text = fitName(name, room, (part) => context.measureText(part).width);
  const width = Math.min(room, context.measureText(text).width) + 2 * pad;
  context.direction = directionOf(name);
  const x = context.direction === 'rtl' ? rect.x + rect.width - margin - width : rect.x + margin;
  const y = rect.y + rect.height - margin - height;
  context.fillStyle = 'rgb(10 12 16 / 0.78)';
  context.beginPath();
  context.roundRect(x, y, width, height, Math.round(height * 0.28));
  context.fill();
  context.fillStyle = 'white';
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(text, x + width / 2, y + height / 2 + letter * 0.04);
}
