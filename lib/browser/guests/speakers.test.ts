import { expect, it } from 'vitest';
import { Speakers } from './speakers.ts';

/** Lets people speak: every 100 ms, those in `loud` are loud. */
function hear(speakers: Speakers, from: number, ms: number, loud: readonly string[], all = ['a', 'b']): number {
  for (let now = from; now < from + ms; now += 100) {
    speakers.note(new Map(all.map((id) => [id, loud.includes(id) ? 0.6 : 0.1])), now);
  }
  return from + ms;
}

it('nobody is the speaker until somebody has spoken for a moment', () => {
  const speakers = new Speakers();
  let now = hear(speakers, 0, 500, []);
  now = hear(speakers, now, 300, ['a']);
  expect([speakers.main, [...speakers.speaking]]).toEqual([null, ['a']]);
  hear(speakers, now, 1_000, ['a']);
  expect(speakers.main).toBe('a');
});

it('a short pause and a cough change nothing', () => {
  const speakers = new Speakers();
  let now = hear(speakers, 0, 2_000, ['a']);
  now = hear(speakers, now, 400, []);
  expect([...speakers.speaking]).toEqual(['a']);
  now = hear(speakers, now, 2_000, []);
  now = hear(speakers, now, 300, ['b']);
  now = hear(speakers, now, 1_000, []);
  expect(speakers.main).toBe('a');
});

it('who goes on speaking takes over once the other one is silent, and not before', () => {
  const speakers = new Speakers();
  let now = hear(speakers, 0, 2_000, ['a']);
  now = hear(speakers, now, 3_000, ['a', 'b']);
  expect(speakers.main).toBe('a');
  hear(speakers, now, 1_000, ['b']);
  expect(speakers.main).toBe('b');
});

it('who has left is not the speaker any more', () => {
  const speakers = new Speakers();
  const now = hear(speakers, 0, 2_000, ['a']);
  hear(speakers, now, 100, [], ['b']);
  expect([speakers.main, speakers.speaking.size]).toEqual([null, 0]);
});

it('reports whether anything has changed', () => {
  const speakers = new Speakers();
  expect(speakers.note(new Map([['a', 0.6]]), 0)).toBe(true);
  expect(speakers.note(new Map([['a', 0.6]]), 100)).toBe(false);
});
