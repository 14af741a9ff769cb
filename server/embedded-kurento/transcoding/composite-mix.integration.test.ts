import { afterEach, describe, expect, it } from 'vitest';
import type { MediaKind } from '../media/media-types.ts';
import { silentLog } from '../testing/silent-log.ts';
import { type EncodedCodec, encodedCodecs } from './codecs.ts';
import { CompositeMix } from './composite-mix.ts';
import { isAvInstalled } from './process/av-library.ts';
import { MadeSource } from './testing/made-source.ts';
import { Transcoding } from './transcoding.ts';

const codecOf = (kind: MediaKind, wanted: string): EncodedCodec => {
  const found = encodedCodecs[kind].find(({ name }) => name === wanted);
  if (found === undefined) throw new Error(`There is no codec ${wanted}`);
  return found;
};
const [vp8, h264] = [codecOf('video', 'VP8'), codecOf('video', 'H264')];
const opus = codecOf('audio', 'opus');
const shape = { width: 320, height: 180, framesPerSecond: 15 };
const consumer = { onPacket: () => undefined, onSenderClock: () => undefined };

describe.skipIf(!isAvInstalled())('a composite', { tags: ['long'] }, () => {
  let transcoding: Transcoding;
  afterEach(() => transcoding.close());

  it('R192: takes the pictures and the sounds of its ports only while somebody wants them', () => {
    transcoding = new Transcoding(silentLog, 4);
    const mix = new CompositeMix(transcoding, shape);
    const { inputs } = mix.openPort(() => undefined);
    const made = {
      audio: new MadeSource('audio', opus, { ntpMs: 0, rtpTimestamp: 0, ssrc: 1 }),
      video: new MadeSource('video', vp8, { ntpMs: 0, rtpTimestamp: 0, ssrc: 2 }),
    };
    for (const kind of ['audio', 'video'] as const) inputs[kind].setSource(made[kind]);
    const taken = () => [made.audio.consumerCount, made.video.consumerCount];
    expect(inputs.audio.source).toBe(made.audio);
    expect(taken()).toEqual([0, 0]);
    const [picture, other] = [mix.picture.streamIn(vp8), mix.picture.streamIn(h264)];
    picture.addConsumer(consumer);
    expect(taken()).toEqual([0, 1]);
    other.addConsumer(consumer);
    picture.removeConsumer(consumer);
    expect(taken()).toEqual([0, 1]);
    const sound = mix.sound.streamIn(opus);
    sound.addConsumer(consumer);
    other.removeConsumer(consumer);
    expect(taken()).toEqual([1, 0]);
    // A port that comes while there is a listener is heard by them.
    const late = new MadeSource('audio', opus, { ntpMs: 0, rtpTimestamp: 0, ssrc: 3 });
    mix.openPort(() => undefined).inputs.audio.setSource(late);
    expect(late.consumerCount).toBe(1);
    mix.sound.forget(sound);
    expect([...taken(), late.consumerCount]).toEqual([0, 0, 0]);
    mix.close();
  });
});

describe.skipIf(!isAvInstalled())('the budget', { tags: ['long'] }, () => {
  let transcoding: Transcoding;
  afterEach(() => transcoding.close());
  const take = (...codecs: EncodedCodec[]) => codecs.map(({ codec }) => codec);
  const lease = (mix: CompositeMix, ...codecs: EncodedCodec[]) => transcoding.lease(mix.picture, take(...codecs));

  it('R193: keeps one encoding of the picture and of the sound of each composite', () => {
    transcoding = new Transcoding(silentLog, 2);
    expect(CompositeMix.refusal(transcoding)).toBeNull();
    const first = new CompositeMix(transcoding, shape);
    expect(CompositeMix.refusal(transcoding)).toMatch(/MAX_TRANSCODES/);
    expect(lease(first, vp8)?.source.codecs).toEqual(take(vp8));
    expect(transcoding.lease(first.sound, take(opus))).not.toBeNull();
    expect(lease(first, h264)).toBeNull();
    first.close();
  });

  it('R183: gives a sink a codec that is made already when there is no room for the one it prefers', () => {
    transcoding = new Transcoding(silentLog, 2);
    const mix = new CompositeMix(transcoding, shape);
    const shared = lease(mix, vp8);
    expect(transcoding.refusal(mix.picture, take(h264, vp8))).toBeNull();
    expect(lease(mix, h264, vp8)?.source).toBe(shared?.source);
    expect(transcoding.refusal(mix.picture, take(h264))).toMatch(/MAX_TRANSCODES/);
    mix.close();
  });

  it('R193: has its room again when a composite is closed', () => {
    transcoding = new Transcoding(silentLog, 2);
    let freed = 0;
    transcoding.onFreed(() => {
      freed += 1;
    });
    const mix = new CompositeMix(transcoding, shape);
    const used = lease(mix, vp8);
    used?.release();
    expect(CompositeMix.refusal(transcoding)).toMatch(/MAX_TRANSCODES/);
    mix.close();
    expect(freed).toBeGreaterThan(0);
    expect(CompositeMix.refusal(transcoding)).toBeNull();
  });
});
