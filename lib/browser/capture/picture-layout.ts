/** The corners of the screen's picture in which the camera's picture can be placed. */
export const corners = ['top-left', 'top-right', 'bottom-left', 'bottom-right'] as const;
/** A corner from {@link corners}. */
export type Corner = (typeof corners)[number];

/** A size in pixels. */
export type Size = { width: number; height: number };
/** A part of a picture, in pixels from its top left corner. */
export type Rect = Size & { x: number; y: number };

/** Where screen and camera are drawn. `cameraPart` is the part of the camera's picture that is used: its middle. */
export type Layout = { screen: Rect | null; camera: Rect | null; cameraPart: Rect | null; radius: number };

/** The camera takes at most about a quarter of the picture's height, and about a fifth of its width. */
const cameraShare = { width: 0.22, height: 0.28 };
/** Its distance from the edge, as a share of the picture's height. */
const marginShare = 0.03;
/**
 * A camera picture that is wider or narrower than this is cropped: a phone held upright would cover half the screen.
 */
const widest = 16 / 9;
const narrowest = 3 / 4;

/**
 * Lays out screen and camera in a picture of the size `whole`: the screen as large as possible, and the camera small in
 * a corner. A missing one is `null`; without a screen, the camera fills the picture.
 */
export function layOut(whole: Size, screen: Size | null, camera: Size | null, corner: Corner): Layout {
  const shown = screen === null ? null : fitInto(whole, screen);
  if (camera === null) return { screen: shown, camera: null, cameraPart: null, radius: 0 };
  if (screen === null) {
    return { screen: null, camera: fitInto(whole, camera), cameraPart: { x: 0, y: 0, ...camera }, radius: 0 };
  }
  const aspect = Math.min(widest, Math.max(narrowest, camera.width / camera.height));
  const height = Math.min(whole.height * cameraShare.height, (whole.width * cameraShare.width) / aspect);
  const size = { width: even(height * aspect), height: even(height) };
  const margin = even(whole.height * marginShare);
  return {
    screen: shown,
    camera: {
      x: corner.endsWith('left') ? margin : whole.width - margin - size.width,
      y: corner.startsWith('top') ? margin : whole.height - margin - size.height,
      ...size,
    },
    cameraPart: middleOf(camera, aspect),
    radius: Math.round(size.height * 0.1),
  };
}

/** As large as possible within `whole`, centred, without cropping. */
function fitInto(whole: Size, picture: Size): Rect {
  const scale = Math.min(whole.width / picture.width, whole.height / picture.height);
  const size = { width: even(picture.width * scale), height: even(picture.height * scale) };
  return { x: Math.round((whole.width - size.width) / 2), y: Math.round((whole.height - size.height) / 2), ...size };
}

/** The largest centred part of `picture` with that aspect ratio (width to height). */
function middleOf(picture: Size, aspect: number): Rect {
  const width = Math.min(picture.width, picture.height * aspect);
  const height = Math.min(picture.height, picture.width / aspect);
  return { x: (picture.width - width) / 2, y: (picture.height - height) / 2, width, height };
}

function even(length: number): number {
  return Math.max(2, Math.round(length / 2) * 2);
}
