/** Draws when it is asked to, but not too often. */
export type DrawLimiter = {
  /**
   * Draws, unless it did less than `leastMs` ago. On a machine that is too slow it draws less often, so that half of the
   * time is left to the rest of the page: without it, the connection to the server is lost.
   */
  drawAfter(leastMs: number): void;
  /** Draws now. */
  draw(): void;
};

/** Limits how often `draw` is called. */
export function limitDrawing(draw: () => void): DrawLimiter {
  let drawnAt = Number.NEGATIVE_INFINITY;
  let drawnForMs = 0;
  const drawNow = () => {
    drawnAt = performance.now();
    draw();
    drawnForMs = performance.now() - drawnAt;
  };
  return {
    drawAfter: (leastMs) => {
      if (performance.now() - drawnAt >= Math.max(leastMs, 2 * drawnForMs)) drawNow();
    },
    draw: drawNow,
  };
}
