/** How closely a process is supervised; times in milliseconds. */
export type HeartbeatOptions = {
  /** How often it is asked. */
  intervalMs: number;
  /** How long it may be silent. */
  timeoutMs: number;
  /** Asks it for a sign of life. */
  ask: () => void;
  /** It has been silent for too long; told once. */
  silent: () => void;
};

/** A heartbeat of somebody who has to answer. */
export type Heartbeat = {
  /** To be called with every sign of life. */
  heard(): void;
  stop(): void;
};

/**
 * Asks somebody for a sign of life again and again. Only silence that could have been heard counts: when this process
 * itself was held up, its timer comes late, and what was said meanwhile is read only after it. The delay of the
 * timer is therefore taken off, so that a busy machine is not mistaken for a dead partner.
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
