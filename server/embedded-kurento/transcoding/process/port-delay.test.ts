import { describe, expect, it } from 'vitest';
import { PortDelay } from './port-delay.ts';

const now = 1_790_000_000_000;

describe('the delay of a port', () => {
  it('R188: is the same for sound and picture, and long enough for the slower one', () => {
    const delay = new PortDelay();
    delay.due('audio', now - 20, now);
    expect(delay.due('video', now - 130, now)).toBe(now + 5);
    expect(delay.due('audio', now - 20, now)).toBe(now - 20 + 135);
  });

  it('R188: is shortened when it has been too long for a while', () => {
    const delay = new PortDelay();
    delay.due('video', now - 400, now);
    for (let ms = 0; ms <= 21_000; ms += 1_000) delay.due('video', now + ms - 30, now + ms);
    expect(delay.due('video', now + 22_000 - 30, now + 22_000)).toBe(now + 22_000 + 5);
  });

  it('R188: is short soon after a start in which everything was late', () => {
    const delay = new PortDelay();
    for (let ms = 0; ms <= 200; ms += 33) delay.due('video', now + ms - 190, now + ms);
    for (let ms = 233; ms <= 2_100; ms += 33) delay.due('video', now + ms - 12, now + ms);
    expect(delay.due('video', now + 2_133 - 12, now + 2_133)).toBe(now + 2_133 + 5);
  });

  it('R188: does not follow clocks that cannot be right', () => {
    const delay = new PortDelay();
    expect(delay.due('video', 0, now)).toBe(now + 5);
    expect(delay.due('video', now + 9_000, now)).toBe(now + 5);
  });

  it('R188: is not so long that what is much too late could wait for it', () => {
    const delay = new PortDelay();
    delay.due('audio', now - 100, now);
    expect(delay.due('audio', now - 1_500, now)).toBe(now + 140);
    expect(delay.due('audio', now + 1_000 - 560, now + 1_000)).toBe(now + 1_000 - 560 + 600);
  });
});
