import { describe, expect, it } from 'vitest';
import type { Selection } from '../../../lib/tiers.ts';
import { TierDecision, type TierRate } from './tier-decision.ts';

const ladder: readonly TierRate[] = [
  { tier: 'high', kbps: 2_400 },
  { tier: 'middle', kbps: 700 },
  { tier: 'low', kbps: 200 },
];

/** A downlink: what it carries at each second, how long it lets packets wait, and what it loses in any case. */
type Line = {
  capacityKbps: (second: number) => number;
  queueMs?: number;
  loss?: number;
  hasEstimate?: boolean;
  /** Whether the media server pads. */
  probes?: boolean;
};

type Second = { selection: Selection; probeKbps: number };

/** Watches for some seconds over a downlink, and returns what was sent in each. */
function watchAll(line: Line, seconds: number): Second[] {
  const { capacityKbps, queueMs = 300, loss = 0, hasEstimate = true, probes = true } = line;
  const decision = new TierDecision();
  const baseMs = 40;
  let queuedMs = 0;
  return Array.from({ length: seconds }, (_, second) => {
    const { probeKbps } = decision;
    const { selection } = decision.current;
    const sentKbps = ladder.find(({ tier }) => tier === selection)?.kbps ?? 0;
    const wireKbps = Math.max(sentKbps, probes ? probeKbps : 0);
    const capacity = capacityKbps(second);
    // What exceeds the capacity waits for as long as there is room, and is dropped after that.
    const excess = wireKbps / capacity - 1;
    queuedMs = Math.min(queueMs, Math.max(0, queuedMs + excess * 1_000));
    const dropped = excess > 0 && queuedMs === queueMs ? 1 - capacity / wireKbps : 0;
    const sample = {
      at: second * 1_000,
      sentKbps,
      lossFraction: 1 - (1 - dropped) * (1 - loss),
      roundTripMs: baseMs + queuedMs,
      nacks: dropped > 0 ? 10 : 0,
      // A browser can only tell that more would get through than it receives, not how much more.
      estimateKbps: hasEstimate ? (excess > 0 ? capacity * 0.9 : Math.min(capacity, sentKbps * 1.5)) : null,
    };
    decision.look(sample, ladder);
    return { selection, probeKbps };
  });
}

const watch = (line: Line, seconds: number) => watchAll(line, seconds).map(({ selection }) => selection);

const count = (sent: readonly Selection[], selection: Selection) => sent.filter((each) => each === selection).length;

describe('a viewer gets', () => {
  it('the large picture although one late report is read twice', () => {
    const decision = new TierDecision();
    const looks = [40, 240.5, 240.5, 41, 40].map((roundTripMs, second) => {
      const sample = {
        at: second * 1_000,
        sentKbps: 2_400,
        lossFraction: 0,
        roundTripMs,
        nacks: 0,
        estimateKbps: null,
      };
      return decision.look(sample, ladder).selection;
    });
    expect(count(looks, 'high')).toBe(5);
  });

  it('the largest picture over a downlink that carries it', () => {
    expect(count(watch({ capacityKbps: () => 5_000 }, 120), 'high')).toBe(120);
  });

  it.each([
    ['half of the bitrate', 1_200, 'middle'],
    ['300 kbit/s', 300, 'low'],
    ['64 kbit/s', 64, 'sound'],
  ] as const)('what suits a downlink of %s, and never more than a moment of anything larger', (_, kbps, suited) => {
    for (const queueMs of [5, 300, 1_000]) {
      const sent = watch({ capacityKbps: () => kbps, queueMs }, 300);
      const name = `a queue of ${queueMs} ms: ${sent.join(' ')}`;
      expect(sent.slice(0, 4), name).not.toEqual(Array(4).fill('high'));
      expect(sent.slice(4).includes('high'), name).toBe(false);
      expect(count(sent.slice(30), suited), name).toBeGreaterThan(250);
    }
  });

  it('no larger picture that the downlink would not carry, on a media server that pads', () => {
    for (const queueMs of [5, 300, 1_000]) {
      const sent = watchAll({ capacityKbps: () => 1_200, queueMs }, 300);
      expect(sent.slice(4).map(({ selection }) => selection)).not.toContain('high');
      const probes = sent.filter(({ probeKbps }, at) => probeKbps > 0 && sent[at - 1]?.probeKbps === 0);
      expect(probes.length, `a queue of ${queueMs} ms`).toBeGreaterThan(3);
      expect(probes.length, `a queue of ${queueMs} ms`).toBeLessThan(18);
    }
  });

  it('at most one wrong picture in 30 s on a media server that cannot pad', () => {
    const sent = watch({ capacityKbps: () => 1_200, probes: false }, 300);
    const wrong = sent.flatMap((each, at) => (at > 4 && each === 'high' && sent[at - 1] !== 'high' ? [at] : []));
    expect(wrong.length).toBeGreaterThan(0);
    for (const [index, at] of wrong.entries()) expect(at - (wrong[index - 1] ?? -30)).toBeGreaterThanOrEqual(30);
  });

  it('the large picture all along, although a browser’s estimate begins far below it and rises slowly', () => {
    const decision = new TierDecision();
    for (let second = 0; second < 30; second += 1) {
      const estimateKbps = 300 * 1.08 ** second;
      const sample = { at: second * 1_000, sentKbps: 2_400, lossFraction: 0, roundTripMs: 40, nacks: 0, estimateKbps };
      expect(decision.look(sample, ladder).selection).toBe('high');
    }
  });

  it('a smaller picture for as long as the downlink is narrow', () => {
    const sent = watch({ capacityKbps: (second) => (second >= 60 && second < 80 ? 1_000 : 5_000) }, 140);
    expect(sent[63]).not.toBe('high');
    expect(sent.slice(95)).toEqual(Array(45).fill('high'));
  });

  it.each([0.05, 0.1])(
    'the largest picture although the downlink loses %f of all packets, whatever is sent',
    (loss) => {
      expect(count(watch({ capacityKbps: () => 5_000, loss }, 120), 'high')).toBe(120);
    },
  );

  it('the largest picture again once it is seen that much loss has nothing to do with the bitrate', () => {
    const sent = watch({ capacityKbps: () => 5_000, loss: 0.25 }, 120);
    expect(count(sent, 'high')).toBeGreaterThan(110);
  });

  it('a suitable picture even if the browser sends no estimate', () => {
    const sent = watch({ capacityKbps: () => 1_200, hasEstimate: false }, 60);
    expect(sent.slice(3, 9)).not.toContain('high');
  });
});

it.each([1, 3])(
  'packets that are late but not lost, as on a busy server, take the picture from nobody (%d tiers)',
  (count) => {
    const decision = new TierDecision();
    const offered = ladder.slice(0, count);
    for (let second = 0; second < 60; second += 1) {
      const roundTripMs = second > 5 ? 400 : 40;
      const sample = {
        at: second * 1_000,
        sentKbps: 2_400,
        lossFraction: 0,
        roundTripMs,
        nacks: 0,
        estimateKbps: null,
      };
      expect(decision.look(sample, offered).selection).not.toBe('sound');
    }
  },
);

it('a tier that is no longer sent is replaced by the largest one', () => {
  const decision = new TierDecision();
  const sample = { sentKbps: 2_400, estimateKbps: 600, lossFraction: 0.4, roundTripMs: 40, nacks: 0 };
  decision.look({ at: 0, ...sample }, ladder);
  expect(decision.current).toEqual({ selection: 'low', cause: 'loss' });
  expect(decision.isSevere).toBe(true);
  const calm = { at: 1_000, sentKbps: 200, estimateKbps: 300, lossFraction: 0, roundTripMs: 40, nacks: 0 };
  expect(decision.look(calm, ladder.slice(0, 1))).toEqual({ selection: 'high', cause: null });
});
