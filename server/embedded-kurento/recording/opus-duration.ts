const silkMs = [10, 20, 40, 60];
const hybridMs = [10, 20];
const celtMs = [2.5, 5, 10, 20];

/** How long an Opus packet plays, in milliseconds, by its first bytes (RFC 6716 §3.1, §3.2); at most 120. */
export function opusDurationMs(packet: Buffer): number {
  const toc = packet[0] ?? 0;
  const configuration = toc >> 3;
  let frameMs = celtMs[configuration & 3] ?? 20;
  if (configuration < 12) frameMs = silkMs[configuration & 3] ?? 20;
  else if (configuration < 16) frameMs = hybridMs[configuration & 1] ?? 20;
  const code = toc & 3;
  const frames = code === 0 ? 1 : code === 3 ? (packet[1] ?? 0) & 0x3f : 2;
  return Math.min(120, frameMs * Math.max(1, frames));
}
