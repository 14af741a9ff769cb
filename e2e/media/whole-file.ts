import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } from 'mediabunny';

/** The content of a track, to its last packet; times are in seconds. */
type WholeTrack = { codec: string; packets: number; firstAt: number; endAt: number; longestGap: number };

/** The content of a file; `type` is a MIME type without parameters. */
export type WholeFile = { type: string; seconds: number; tracks: WholeTrack[] };

/**
 * Reads the file at `path` to the end, packet by packet, with a library that is not involved in writing it.
 * @throws Error if it is truncated
 */
export async function readWholeFile(path: string): Promise<WholeFile> {
  const input = new Input({ formats: ALL_FORMATS, source: new FilePathSource(path) });
  try {
    const tracks: WholeTrack[] = [];
    for (const track of await input.getTracks()) {
      const whole = { codec: String(await track.getCodec()), packets: 0, firstAt: 0, endAt: 0, longestGap: 0 };
      for await (const { timestamp, duration, data } of new EncodedPacketSink(track).packets()) {
        if (data.length === 0) throw new Error(`A packet at ${timestamp} s is empty.`);
        if (whole.packets === 0) whole.firstAt = timestamp;
        else whole.longestGap = Math.max(whole.longestGap, timestamp - whole.endAt);
        whole.endAt = Math.max(whole.endAt, timestamp + duration);
        whole.packets += 1;
      }
      tracks.push(whole);
    }
    const [type = ''] = (await input.getMimeType()).split(';');
    return { type, seconds: await input.computeDuration(), tracks };
  } finally {
    input.dispose();
  }
}
