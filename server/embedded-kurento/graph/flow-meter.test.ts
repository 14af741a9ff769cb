import { describe, expect, it } from 'vitest';
import { FlowMeter } from './flow-meter.ts';

describe('the flow meter', () => {
  it('R30: says at once that media flows, and after two seconds of silence that it does not', () => {
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

  it('R30: does not take what another source counted before for a flow', () => {
    const meter = new FlowMeter();
    meter.look({ packetCount: 0 }, 0);
    const other = { packetCount: 500 };
    expect(meter.look(other, 200)).toBe(null);
    expect(meter.look(other, 400)).toBe(null);
    other.packetCount += 1;
    expect(meter.look(other, 600)).toBe('started');
  });
});
