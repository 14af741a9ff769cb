const width = 640;
const height = 360;
const tile = 8;

/** A picture that was made up, for tests of lines where there is no camera. */
export type TestPicture = { stream: MediaStream; close(): void };

/** Draws grain that changes with every frame, so that it needs about as much to send as a camera's picture does. */
export function openTestPicture(framesPerSecond = 30): TestPicture {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { alpha: false });
  const draw = () => {
    if (context === null) return;
    for (let y = 0; y < height; y += tile) {
      for (let x = 0; x < width; x += tile) {
        const shade = Math.floor(Math.random() * 160);
        context.fillStyle = `rgb(${shade} ${shade + 40} ${shade + 30})`;
        context.fillRect(x, y, tile, tile);
      }
    }
  };
  draw();
  const timer = setInterval(draw, 1000 / framesPerSecond);
  const stream = canvas.captureStream(framesPerSecond);
  return {
    stream,
    close() {
      clearInterval(timer);
      for (const track of stream.getTracks()) track.stop();
    },
  };
}
