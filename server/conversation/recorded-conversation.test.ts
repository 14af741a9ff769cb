import { describe, expect, it } from 'vitest';
import { conversationVtt } from '../conversation-vtt.ts';
import type { ConversationEvent } from './conversation-events.ts';
import { isEmptyConversation, recordConversation } from './recorded-conversation.ts';

const said = (name: string, text: string, ms: number): ConversationEvent => {
  return {
    type: 'said',
    key: `key-of-${text}`,
    by: `id-of-${name}`,
    name,
    role: 'viewer',
    text,
    at: 1_000_000 + ms,
    ms,
  };
};

describe('a conversation that is kept with a recording', () => {
  it('has its messages at their places in the recording, without ids and without what was deleted', () => {
    const recorded = recordConversation([
      { type: 'recording', id: 'a-recording' },
      said('Ann', 'hello', 1_500),
      said('Bob', 'rude', 2_000),
      { type: 'deleted', message: 3 },
      { type: 'pinned', message: 2, isOn: true },
    ]);
    expect(recorded.messages).toEqual([
      { ms: 1_500, at: 1_001_500, name: 'Ann', role: 'viewer', text: 'hello', isPinned: true },
    ]);
    expect(JSON.stringify(recorded)).not.toMatch(/rude|id-of|key-of/);
  });

  it('has more than the messages that a live page gets', () => {
    const events = Array.from({ length: 1_000 }, (_, index) => said('Ann', `message ${index}`, index));
    expect(recordConversation(events).messages).toHaveLength(1_000);
  });

  it('has questions that were not dismissed, polls with their results, and reactions', () => {
    const asked = (text: string): ConversationEvent =>
      ({ ...said('Ann', text, 100), type: 'asked' }) as ConversationEvent;
    const recorded = recordConversation([
      asked('Why?'),
      asked('Buy this!'),
      { type: 'voted', question: 1, by: 'b', isOn: true },
      { type: 'moved', question: 2, state: 'dismissed' },
      { type: 'moved', question: 1, state: 'done' },
      { type: 'polled', key: 'a-key-of-poll', question: 'Tea?', choices: ['Yes', 'No'], at: 5, ms: 900 },
      { type: 'chosen', poll: 6, by: 'b', choice: 1 },
      { type: 'reacted', counts: { '👏': 4 }, at: 6, ms: 950 },
    ]);
    expect(recorded.questions).toEqual([
      { ms: 100, at: 1_000_100, name: 'Ann', text: 'Why?', votes: 1, isAnswered: true },
    ]);
    expect(recorded.polls).toEqual([{ ms: 900, at: 5, question: 'Tea?', choices: ['Yes', 'No'], counts: [0, 1] }]);
    expect(recorded.reactions).toEqual([{ ms: 950, counts: { '👏': 4 } }]);
  });

  it('is empty if nobody said anything', () => {
    expect(isEmptyConversation(recordConversation([{ type: 'set', isOn: false, slowS: 5 }]))).toBe(true);
    expect(isEmptyConversation(recordConversation([said('Ann', 'hello', 0)]))).toBe(false);
  });

  it('begins anew with another recording of the same show', () => {
    const recorded = recordConversation([
      { type: 'recording', id: 'one' },
      said('Ann', 'early', 60_000),
      { type: 'recording', id: 'two' },
      said('Ann', 'late', 1_000),
    ]);
    expect(recorded.messages.map(({ ms }) => ms)).toEqual([0, 1_000]);
  });
});

describe('the subtitles of a conversation', () => {
  it('are WebVTT, with names as voices and without markup of the people', () => {
    const recorded = recordConversation([
      said('<b>Ann</b> & Co.', '1 < 2 --> <i>true</i>', 3_723_004),
      said('Bob', '안녕 👋', 0),
    ]);
    expect(conversationVtt(recorded)).toBe(
      [
        'WEBVTT',
        '',
        '1',
        '00:00:00.000 --> 00:00:05.000',
        '<v Bob>안녕 👋',
        '',
        '2',
        '01:02:03.004 --> 01:02:08.004',
        '<v &lt;b&gt;Ann&lt;/b&gt; &amp; Co.>1 &lt; 2 --&gt; &lt;i&gt;true&lt;/i&gt;',
        '',
      ].join('\n'),
    );
  });
});
