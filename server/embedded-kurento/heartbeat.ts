/** How closely a process is supervised; times in milliseconds. */
export type HeartbeatOptions = {
  /** How often the other side is asked. */
  intervalMs: number;
  /** How long the other side may be silent. */
  timeoutMs: number;
  /** Asks for a sign of life. */
  ask: () => void;
  /** Called once, when the other side has been silent for too long. */
  silent: () => void;
};

/** A running heartbeat towards another party that has to answer. */
export type Heartbeat = {
  /** Must be called on every sign of life. */
  heard(): void;
  stop(): void;
};

/**
 * Asks the other side for a sign of life at regular intervals. Only silence that this process could have observed
 * counts: when this process itself was blocked, its timer fires late, and answers that arrived meanwhile are read only
 * afterwards. The delay of the timer is therefore subtracted, so that a busy machine is not mistaken for a dead peer.
 */
export function startHeartbeat({ intervalMs, timeoutMs, ask, silent }: HeartbeatOptions): Heartbeat {
  let heardAt = performance.now();
  let dueAt = heardAt + intervalMs;
  const timer = setInterval(() => {
    const now = performance.now();
    const lateMs = now - dueAt;
    if (lateMs > intervalMs / 2) heardAt = Math.min(now, heardAt + lateMs);
    dueAt = now + intervalMs;
    if (now - heardAt < timeoutMs) {
      ask();
      return;
    }
    clearInterval(timer);
    silent();
  }, intervalMs);
  timer.unref();
  ask();
  return {
    heard: () => {
      heardAt = performance.now();
    },
    stop: () => clearInterval(timer),
  };
}
