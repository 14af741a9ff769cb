import type { Locator } from 'playwright/test';

/** The colour of a point of a picture on a page, as red, green and blue of 0 … 255; `x` and `y` are shares of its size. */
export function colourAt(picture: Locator, x: number, y: number): Promise<number[]> {
  return picture.evaluate(
    (element, [x, y]) => {
      const image = element as HTMLImageElement;
      const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
      const context = canvas.getContext('2d');
      if (context === null) throw new Error('This browser has no canvas.');
      context.drawImage(image, 0, 0);
      return [...context.getImageData(x * canvas.width, y * canvas.height, 1, 1).data.slice(0, 3)];
    },
    [x, y] as const,
  );
}

/** The size of a picture, in its own pixels. */
export function sizeOf(picture: Locator): Promise<{ width: number; height: number }> {
  return picture.evaluate((element) => {
    const { naturalWidth: width, naturalHeight: height } = element as HTMLImageElement;
    return { width, height };
  });
}
