/** The most small pictures of a recording, and the shortest time between two, in milliseconds. */
export const mostThumbnails = 100;
const leastStepMs = 5_000;

/** Where small pictures belong in a recording of this length, in milliseconds from its start. */
export function thumbnailTimes(durationMs: number): number[] {
  const stepMs = Math.max(leastStepMs, durationMs / mostThumbnails);
  const count = Math.min(mostThumbnails, Math.max(1, Math.ceil(durationMs / stepMs)));
  return Array.from({ length: count }, (_, index) => Math.round(index * stepMs));
}

/** Where in a recording its poster is taken: the first pictures are often dark, or show somebody reaching for a mouse. */
export function posterTime(durationMs: number): number {
  return Math.min(durationMs / 10, 30_000);
}

/** The largest poster, the largest small picture, and all small pictures of a recording together, in bytes. */
export const pictureLimits = { poster: 40_000, thumbnail: 20_000, thumbnails: 600_000, upload: 60_000 } as const;

/** The widths of pictures, in pixels. */
export const pictureWidths = { poster: 640, thumbnail: 160 } as const;
