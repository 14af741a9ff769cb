/* H.264 in RTP, https://www.rfc-editor.org/rfc/rfc6184#section-5; independent of the code under test. */

const nalIdr = 5;
const stapA = 24;
const fuA = 28;

/**
 * The payloads of a frame's NAL units, of at most `maxBytes` each: units that fit together are aggregated (§5.7.1), as
 * browsers do with parameter sets, and one that is too large is fragmented (§5.8).
 */
export function h264Payloads(units: readonly Buffer[], maxBytes: number): Buffer[] {
  const payloads: Buffer[] = [];
  let together: Buffer[] = [];
  const flush = () => {
    const [only] = together;
    if (together.length === 1 && only !== undefined) payloads.push(only);
    else if (together.length > 1) payloads.push(aggregate(together));
    together = [];
  };
  for (const unit of units) {
    const bytes = [...together, unit].reduce((sum, one) => sum + 2 + one.length, 1);
    if (bytes > maxBytes) flush();
    if (unit.length > maxBytes) payloads.push(...fragment(unit, maxBytes));
    else together.push(unit);
  }
  flush();
  return payloads;
}

function aggregate(units: readonly Buffer[]): Buffer {
  const importance = Math.max(...units.map((unit) => (unit[0] ?? 0) & 0x60));
  const sized = units.flatMap((unit) => [Buffer.from([unit.length >> 8, unit.length & 0xff]), unit]);
  return Buffer.concat([Buffer.from([importance | stapA]), ...sized]);
}

function fragment(unit: Buffer, maxBytes: number): Buffer[] {
  const header = unit[0] ?? 0;
  const partBytes = maxBytes - 2;
  const payloads: Buffer[] = [];
  for (let at = 1; at < unit.length; at += partBytes) {
    const isLast = at + partBytes >= unit.length;
    const place = (at === 1 ? 0x80 : 0) | (isLast ? 0x40 : 0);
    const start = Buffer.from([(header & 0xe0) | fuA, place | (header & 0x1f)]);
    payloads.push(Buffer.concat([start, unit.subarray(at, at + partBytes)]));
  }
  return payloads;
}

/** Whether the picture of a keyframe begins in a payload: alone, aggregated with others, or as a first fragment. */
export function startsH264Keyframe(payload: Buffer): boolean {
  const type = (payload[0] ?? 0) & 0x1f;
  if (type === fuA) return ((payload[1] ?? 0) & 0x80) !== 0 && ((payload[1] ?? 0) & 0x1f) === nalIdr;
  if (type !== stapA) return type === nalIdr;
  for (let at = 1; at + 2 < payload.length; at += 2 + payload.readUInt16BE(at)) {
    if (((payload[at + 2] ?? 0) & 0x1f) === nalIdr) return true;
  }
  return false;
}
