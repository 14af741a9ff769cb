import { describe, expect, it } from 'vitest';
import type { RecordedConversation } from '../../lib/conversation.ts';
import { conversationVtt } from '../kept-conversation.ts';
import type { ConversationEvent } from './conversation-events.ts';
import { recordConversations } from './recorded-conversation.ts';

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

/** What is kept with the only recording of a show. */
function recordConversation(events: readonly ConversationEvent[]): RecordedConversation {
  const [recorded, ...others] = recordConversations(events, 'a-recording').values();
  if (recorded === undefined || others.length > 0) throw new Error('It is not kept with one recording.');
  return recorded;
}

const reacted = (ms: number): ConversationEvent => ({ type: 'reacted', counts: { '👏': ms }, at: ms, ms });

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

  it('is kept only if somebody said anything, and there is a recording', () => {
    expect(recordConversations([{ type: 'set', isOn: false, slowS: 5 }], 'one').size).toBe(0);
    expect(recordConversations([said('Ann', 'rude', 0), { type: 'deleted', message: 1 }], 'one').size).toBe(0);
    expect(recordConversations([said('Ann', 'hello', 0)], null).size).toBe(0);
    expect([...recordConversations([said('Ann', 'hello', 0)], 'one').keys()]).toEqual(['one']);
  });

  it('has its reactions in the order of their places', () => {
    const { reactions } = recordConversation([reacted(900), reacted(800), reacted(1_000)]);
    expect(reactions.map(({ ms }) => ms)).toEqual([800, 900, 1_000]);
  });

  it('is parted among several recordings of a show: each has what was written during it, and until the next one', () => {
    const polled = (question: string, ms: number): ConversationEvent => {
      return { type: 'polled', key: `key-of-${question}`, question, choices: ['Yes', 'No'], at: 5, ms };
    };
    const recorded = recordConversations(
      [
        said('Ann', 'before', 0),
        { type: 'recording', id: 'one' },
        said('Ann', 'early', 60_000),
        reacted(61_000),
        polled('Tea?', 62_000),
        said('Bob', 'between', 70_000),
        { type: 'recording', id: 'two' },
        said('Ann', 'late', 1_000),
        reacted(2_000),
        { ...said('Ann', 'Why?', 3_000), type: 'asked' } as ConversationEvent,
        { type: 'chosen', poll: 5, by: 'b', choice: 1 },
        { type: 'pinned', message: 3, isOn: true },
      ],
      'three',
    );
    const summary = [...recorded].map(([id, { messages, questions, polls, reactions }]) => [
      id,
      messages.map(({ ms, text, isPinned }) => `${ms} ${text}${isPinned ? ' (pinned)' : ''}`),
      questions.map(({ ms, text }) => `${ms} ${text}`),
      polls.map(({ ms, question, counts }) => `${ms} ${question} ${counts}`),
      reactions.map(({ ms }) => ms),
    ]);
    expect(summary).toEqual([
      ['one', ['0 before', '60000 early (pinned)', '70000 between'], [], ['62000 Tea? 0,1'], [61_000]],
      ['two', ['1000 late'], ['3000 Why?'], [], [2_000]],
    ]);
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
