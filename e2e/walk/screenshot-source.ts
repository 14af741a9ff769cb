import type { Page } from 'playwright/test';

/** Gives `page` a camera that shows a night sky over an observatory, for screenshots that people look at. */
export async function installScreenshotSource(page: Page): Promise<void> {
  await page.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      const canvas = document.createElement('canvas');
      canvas.width = 1280;
      canvas.height = 720;
      const context = canvas.getContext('2d');
      const audio = new AudioContext();
      const output = audio.createMediaStreamDestination();
      const hum = new OscillatorNode(audio, { frequency: 220 });
      hum.connect(new GainNode(audio, { gain: 0.05 })).connect(output);
      hum.start();
      const stars = Array.from({ length: 160 }, (_, star) => [(star * 397) % 1280, (star * 211) % 520, 1 + (star % 3)]);
      const dot = (x: number, y: number, radius: number, from = 0, to = Math.PI * 2) => {
        context?.beginPath();
        context?.arc(x, y, radius, from, to);
        context?.fill();
      };
      const draw = () => {
        // It is suspended until the page has been touched, and does not resume automatically.
        if (audio.state === 'suspended') audio.resume();
        if (context === null) return;
        const sky = context.createLinearGradient(0, 0, 0, 720);
        sky.addColorStop(0, '#0b1430');
        sky.addColorStop(0.7, '#2b3f6b');
        sky.addColorStop(1, '#d98a5b');
        context.fillStyle = sky;
        context.fillRect(0, 0, 1280, 720);
        context.fillStyle = '#f4f1de';
        for (const [x = 0, y = 0, size = 1] of stars) {
          dot(x, y, size * (0.6 + 0.4 * Math.sin(performance.now() / 400 + x)));
        }
        dot(1010 + 8 * Math.sin(performance.now() / 3_000), 150, 54);
        context.fillStyle = '#141a26';
        context.fillRect(0, 620, 1280, 100);
        context.fillRect(420, 520, 300, 110);
        dot(570, 525, 150, Math.PI, 0);
        context.fillStyle = '#d98a5b';
        context.fillRect(586, 380, 26, 140);
      };
      // Of a canvas's own stream Chromium may send the last frame again, which a camera that delivers none does not have.
      const camera = new MediaStreamTrackGenerator({ kind: 'video' });
      const writer = camera.writable.getWriter();
      setInterval(() => {
        if (Reflect.get(window, 'cameraIsFrozen') === true) return;
        draw();
        // The browser may no longer need the frame, which is no error.
        writer.write(new VideoFrame(canvas, { timestamp: performance.now() * 1_000 })).catch(() => undefined);
      }, 1_000 / 30);
      return new MediaStream([
        ...(wanted?.video ? [camera] : []),
        ...(wanted?.audio ? output.stream.getAudioTracks() : []),
      ]);
    };
  });
}
