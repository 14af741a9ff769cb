import type { Page } from 'playwright/test';

/** The sides of the picture of a telephone's camera, in pixels. */
const testTelephone = { long: 640, short: 360 } as const;

/**
 * Gives `page` the camera of a telephone that is held upright until {@link turnTelephone}. Red is at the top and green
 * at the bottom, however it is held.
 */
export async function installTestTelephone(page: Page): Promise<void> {
  await page.addInitScript(({ long, short }) => {
    navigator.mediaDevices.getUserMedia = async () => {
      const canvas = document.createElement('canvas');
      const hold = (width: number, height: number) => Object.assign(canvas, { width, height });
      hold(short, long);
      Object.assign(window, { turnTelephone: () => hold(long, short) });
      const context = canvas.getContext('2d');
      let turn = 0;
      const draw = () => {
        if (context === null) return;
        const { width, height } = canvas;
        context.fillStyle = 'red';
        context.fillRect(0, 0, width, height / 2);
        context.fillStyle = 'green';
        context.fillRect(0, height / 2, width, height / 2);
        turn = (turn + 8) % width;
        context.fillStyle = 'white';
        context.fillRect(turn, height / 2 - 8, 16, 16);
      };
      setInterval(draw, 1_000 / 30);
      draw();
      const audio = new AudioContext();
      const output = audio.createMediaStreamDestination();
      const oscillator = new OscillatorNode(audio, { frequency: 440 });
      oscillator.connect(output);
      oscillator.start();
      return new MediaStream([...canvas.captureStream(30).getTracks(), ...output.stream.getTracks()]);
    };
  }, testTelephone);
}

/** Turns the telephone on its side. */
export function turnTelephone(page: Page): Promise<void> {
  return page.evaluate(() => (window as unknown as { turnTelephone: () => void }).turnTelephone());
}

/** How `page` shows the video labelled `label`: its shape, and whether red is at the top and green at the bottom. */
export function lookAtTelephone(page: Page, label: string): Promise<{ shape: string; upright: boolean }> {
  return page.getByLabel(label, { exact: true }).evaluate((element) => {
    const video = element as HTMLVideoElement;
    const { videoWidth: width, videoHeight: height } = video;
    const context = new OffscreenCanvas(Math.max(1, width), Math.max(1, height)).getContext('2d');
    if (context === null) throw new Error('This browser has no canvas.');
    context.drawImage(video, 0, 0);
    const [redAbove = 0, greenAbove = 0] = context.getImageData(width / 2, height / 8, 1, 1).data;
    const [redBelow = 0, greenBelow = 0] = context.getImageData(width / 2, (height / 8) * 7, 1, 1).data;
    const upright = redAbove > greenAbove && greenBelow > redBelow;
    // The encoder may send a smaller picture, but of the same shape.
    return { shape: width < height ? 'portrait' : 'landscape', upright };
  });
}
