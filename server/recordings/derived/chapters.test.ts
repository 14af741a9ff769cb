import { describe, expect, it } from 'vitest';
import type { RecordingChapter } from '../../../lib/recording-details.ts';
import { chaptersVtt, chaptersWithin, shownChapters, withChapter, withJoins } from './chapters.ts';

const pause = (atMs: number): RecordingChapter => ({ atMs, kind: 'pause', title: null });
const cut = (atMs: number): RecordingChapter => ({ atMs, kind: 'interruption', title: null });
const title = (atMs: number, text: string): RecordingChapter => ({ atMs, kind: 'title', title: text });
const start: RecordingChapter = { atMs: 0, kind: 'start', title: null };

describe('the chapters of a recording', () => {
  it('begin with the first title once there is a second one', () => {
    expect(withChapter([pause(2_000)], title(5_000, 'Two'), 'One')).toEqual([
      title(0, 'One'),
      pause(2_000),
      title(5_000, 'Two'),
    ]);
  });

  it('have the last of several titles at the same moment', () => {
    const two = withChapter([], title(50_000, 'Tow'), 'One');
    expect(withChapter(two, title(50_000, 'Two'), 'Tow')).toEqual([title(0, 'One'), title(50_000, 'Two')]);
  });

  it('have the last of several titles within ten seconds, where the first of them was given', () => {
    const tow = withChapter([], title(60_000, 'Tow'), 'One');
    const two = withChapter(tow, title(66_000, 'Twoo'), 'Tow');
    expect(withChapter(two, title(70_000, 'Two'), 'Twoo')).toEqual([title(0, 'One'), title(60_000, 'Two')]);
    expect(withChapter(two, title(70_001, 'Three'), 'Twoo')).toEqual([
      title(0, 'One'),
      title(60_000, 'Twoo'),
      title(70_001, 'Three'),
    ]);
  });

  it('keep a title before a break, and have the last of those that were given in it', () => {
    const paused = withChapter(withChapter([], title(60_000, 'Two'), 'One'), pause(64_000), 'Two');
    const three = [title(0, 'One'), title(60_000, 'Two'), pause(64_000), title(64_000, 'Three')];
    const tree = withChapter(paused, title(64_000, 'Tree'), 'Two');
    expect(withChapter(tree, title(66_000, 'Three'), 'Tree')).toEqual(three);
    const noted = [title(0, 'One'), title(64_000, 'Tree'), pause(64_001)];
    expect(withChapter(noted, title(66_000, 'Three'), 'Tree')).toEqual([
      title(0, 'One'),
      title(64_000, 'Three'),
      pause(64_001),
    ]);
  });

  it('begin with a title that was given right at the start, or corrected soon after it', () => {
    expect(withChapter([], title(200, 'Two'), 'One')).toEqual([title(0, 'Two')]);
    expect(withChapter([], title(9_000, 'One'), 'Oen')).toEqual([title(0, 'One')]);
  });

  it('do not begin with a break, and are not endless', () => {
    expect(withChapter([], pause(300), 'One')).toEqual([]);
    let all: RecordingChapter[] = [];
    for (let at = 1; at <= 500; at += 1) all = withChapter(all, pause(at * 1_000), 'One');
    expect(all).toHaveLength(100);
    expect(withJoins(all, [777_777_777])).toHaveLength(100);
  });

  it('are where the parts were joined, whatever the clock said, and keep their kinds', () => {
    expect(withJoins([pause(10_400), title(12_000, 'Two')], [0, 10_000, 30_000])).toEqual([
      pause(10_000),
      title(12_000, 'Two'),
      cut(30_000),
    ]);
  });

  it('are shown from the start to the end of the recording, if there are at least two', () => {
    expect(shownChapters([], 10_000)).toEqual([]);
    expect(shownChapters([pause(20_000)], 10_000)).toEqual([]);
    expect(shownChapters([pause(4_000), pause(20_000)], 10_000)).toEqual([start, pause(4_000)]);
    expect(shownChapters([title(0, 'One'), pause(4_000), title(4_000, 'Two')], 10_000)).toEqual([
      title(0, 'One'),
      title(4_000, 'Two'),
    ]);
  });

  it('of a piece count from its beginning, where the title is the one that was valid there', () => {
    const all = [title(0, 'One'), title(5_000, 'Two'), pause(8_000), pause(20_000)];
    expect(chaptersWithin(all, { fromMs: 6_000, toMs: 10_000 })).toEqual([title(0, 'Two'), pause(2_000)]);
  });

  it('are WebVTT in which no title can be more than text', () => {
    const all = [title(0, 'A --> B\n\n<b>&'), pause(61_500), title(3_600_000, 'Two')];
    expect(chaptersVtt(all, 3_700_042, 'Two')).toBe(
      [
        'WEBVTT\n',
        '00:00:00.000 --> 00:01:01.500\nA --&gt; B &lt;b&gt;&amp;\n',
        '00:01:01.500 --> 01:00:00.000\nA --&gt; B &lt;b&gt;&amp; (2)\n',
        '01:00:00.000 --> 01:01:40.042\nTwo\n',
      ].join('\n'),
    );
    expect(chaptersVtt([], 1_000, 'One')).toBe('WEBVTT\n');
  });
});
