import { describe, expect, test } from 'vitest';
import type { RecordedConversation } from '../../../lib/conversation.ts';
import { conversationWithin } from './conversation-piece.ts';

const by = { name: 'Ann', at: 5 };
const places = [0, 2_999, 3_000, 4_500.4, 5_999, 6_000, 8_500];
const whole: RecordedConversation = {
  version: 1,
  messages: places.map((ms) => ({ ...by, ms, role: 'viewer', text: `at ${ms}`, isPinned: ms === 3_000 })),
  questions: places.map((ms) => ({ ...by, ms, text: `why ${ms}`, votes: 2, isAnswered: true })),
  polls: places.map((ms) => ({ at: 6, ms, question: `which ${ms}`, choices: ['a', 'b'], counts: [1, 2] })),
  reactions: places.map((ms) => ({ ms, counts: { '👏': ms } })),
};

describe('the conversation of a piece', () => {
  test('is what was written in it, by its places in the piece', () => {
    const piece = conversationWithin(whole, { fromMs: 3_000, toMs: 6_000 }, 8_000);
    expect(piece.messages).toEqual([
      { ...by, ms: 0, role: 'viewer', text: 'at 3000', isPinned: true },
      { ...by, ms: 1_500, role: 'viewer', text: 'at 4500.4', isPinned: false },
      { ...by, ms: 2_999, role: 'viewer', text: 'at 5999', isPinned: false },
    ]);
    for (const items of [piece.questions, piece.polls, piece.reactions])
      expect(items.map(({ ms }) => ms)).toEqual([0, 1_500, 2_999]);
    expect(piece.questions[0]).toEqual({ ...by, ms: 0, text: 'why 3000', votes: 2, isAnswered: true });
    expect(piece.polls[0]).toMatchObject({ question: 'which 3000', choices: ['a', 'b'], counts: [1, 2] });
    expect(piece.reactions[0]).toEqual({ ms: 0, counts: { '👏': 3_000 } });
  });

  test('has what came after the end of the recording, if the piece ends there', () => {
    const { messages } = conversationWithin(whole, { fromMs: 5_000, toMs: 8_000 }, 8_000);
    expect(messages.map(({ ms, text }) => [ms, text])).toEqual([
      [999, 'at 5999'],
      [1_000, 'at 6000'],
      [3_000, 'at 8500'],
    ]);
  });
});
