import type { Page } from 'playwright/test';

/** The test screen: its size in pixels, its background colour and its tone in Hz. */
export const testScreen = { width: 1_600, height: 1_000, colour: [200, 60, 30] as const, toneHz: 660 } as const;

/**
 * Gives `page` a screen to share, for a browser without one: an orange background and a tone. It replaces only the
 * user's choice of a screen; `endSharing` acts like the browser's own button.
 */
export async function installTestScreen(page: Page): Promise<void> {
  await page.addInitScript((screen) => {
    const shared: MediaStreamTrack[] = [];
    Object.assign(window, {
      endSharing: () => {
        for (const track of shared.splice(0)) {
          track.stop();
          track.dispatchEvent(new Event('ended'));
        }
      },
    });
    navigator.mediaDevices.getDisplayMedia = async () => {
      const canvas = document.createElement('canvas');
      canvas.width = screen.width;
      canvas.height = screen.height;
      const context = canvas.getContext('2d');
      let turn = 0;
      const draw = () => {
        if (context === null) return;
        context.fillStyle = `rgb(${screen.colour.join(' ')})`;
        context.fillRect(0, 0, screen.width, screen.height);
        context.fillStyle = 'white';
        turn = (turn + 8) % screen.width;
        context.fillRect(turn, screen.height - 40, 40, 40);
      };
      setInterval(draw, 1_000 / 30);
      draw();
      const audio = new AudioContext();
      const output = audio.createMediaStreamDestination();
      const oscillator = new OscillatorNode(audio, { frequency: screen.toneHz });
      oscillator.connect(new GainNode(audio, { gain: 0.2 })).connect(output);
      oscillator.start();
      const stream = new MediaStream([...canvas.captureStream(30).getTracks(), ...output.stream.getTracks()]);
      shared.push(...stream.getTracks());
      return stream;
    };
  }, testScreen);
}

/** Ends the sharing as the browser's own bar does. */
export function endSharing(page: Page): Promise<void> {
  return page.evaluate(() => (window as Window & { endSharing?: () => void }).endSharing?.());
}
