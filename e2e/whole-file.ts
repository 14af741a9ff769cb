import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } from 'mediabunny';

/** What is in a track, to its last packet; times are in seconds. */
type WholeTrack = { codec: string; packets: number; firstAt: number; endAt: number; longestGap: number };

/** What is in a file; `type` is a MIME type without parameters. */
export type WholeFile = { type: string; seconds: number; tracks: WholeTrack[] };

/**
 * Reads the file at `path` packet by packet, with a library that has no part in writing it to the end.
 * @throws Error when it ends in the middle of something
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
