import { describe, expect, it } from 'vitest';
import { StarvationMeter } from './starvation-meter.ts';

describe('the starvation meter', () => {
  const lookFor = (seconds: number, each: (meter: StarvationMeter, now: number) => boolean) => {
    const meter = new StarvationMeter();
    let told = 0;
    for (let now = 0; now <= seconds * 1_000; now += 200) if (each(meter, now)) told += 1;
    return told;
  };

  it('R31: tells once that nothing of what is sent gets through', () => {
    const [source, sink] = [{ packetCount: 0 }, { packetCount: 0 }];
    expect(
      lookFor(60, (meter, now) => {
        source.packetCount += 20;
        return meter.look(source, sink, now);
      }),
    ).toBe(1);
  });

  it('R31: is content while something gets through, and while nothing is sent', () => {
    const [source, sink] = [{ packetCount: 0 }, { packetCount: 0 }];
    const flowing = lookFor(60, (meter, now) => {
      source.packetCount += 20;
      if (now % 4_000 === 0) sink.packetCount += 1;
      return meter.look(source, sink, now);
    });
    const silent = lookFor(60, (meter, now) => meter.look(source, sink, now));
    expect([flowing, silent]).toEqual([0, 0]);
  });

  it('R31: does not count the time before the source began', () => {
    const [source, sink] = [{ packetCount: 0 }, { packetCount: 0 }];
    const told = lookFor(64, (meter, now) => {
      if (now > 60_000) source.packetCount += 20;
      return meter.look(source, sink, now);
    });
    expect(told).toBe(0);
  });
});
