import { describe, expect, it } from 'vitest';
import { FlowMeter, StarvationMeter } from './media-flow.ts';

describe('the flow meter', () => {
  it('R30: reports immediately that media flows, and after two seconds of silence that it does not', () => {
    const meter = new FlowMeter();
    const counter = { packetCount: 0 };
    expect(meter.look(counter, 0)).toBe(null);
    counter.packetCount = 1;
    expect(meter.look(counter, 200)).toBe('started');
    expect(meter.look(counter, 400)).toBe(null);
    expect(meter.look(counter, 2_199)).toBe(null);
    expect(meter.flowing).toBe(true);
    expect(meter.look(counter, 2_200)).toBe('stopped');
    expect(meter.look(counter, 9_000)).toBe(null);
    counter.packetCount = 2;
    expect(meter.look(counter, 9_200)).toBe('started');
  });

  it('R30: does not mistake packets that another source counted before for a flow', () => {
    const meter = new FlowMeter();
    meter.look({ packetCount: 0 }, 0);
    const other = { packetCount: 500 };
    expect(meter.look(other, 200)).toBe(null);
    expect(meter.look(other, 400)).toBe(null);
    other.packetCount += 1;
    expect(meter.look(other, 600)).toBe('started');
  });
});

describe('the starvation meter', () => {
  const lookFor = (seconds: number, each: (meter: StarvationMeter, now: number) => boolean) => {
    const meter = new StarvationMeter();
    let told = 0;
    for (let now = 0; now <= seconds * 1_000; now += 200) if (each(meter, now)) told += 1;
    return told;
  };

  it('R31: reports once that nothing of what is sent gets through', () => {
    const [source, sink] = [{ packetCount: 0 }, { packetCount: 0 }];
    expect(
      lookFor(60, (meter, now) => {
        source.packetCount += 20;
        return meter.look(source, sink, now);
      }),
    ).toBe(1);
  });

  it('R31: reports nothing while something gets through, and while nothing is sent', () => {
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
