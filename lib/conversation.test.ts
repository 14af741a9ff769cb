import { describe, expect, it } from 'vitest';
import { cleanText, lengthOf } from './conversation.ts';
import { conversationRequestSchemas } from './requests/conversation-requests.ts';

describe('a text that somebody wrote', () => {
  it('is one line, without what could disturb other text', () => {
    expect(cleanText('  two\n lines\u0007\t ')).toBe('two lines');
    expect(cleanText('left \u202eright\u2069 left')).toBe('left right left');
  });

  it('keeps emoji of several parts, and the joiners in other scripts', () => {
    expect(cleanText('👩‍👩‍👧‍👦 ❤️')).toBe('👩‍👩‍👧‍👦 ❤️');
  });

  it('is counted in characters: an emoji is one', () => {
    expect(lengthOf('👍'.repeat(300))).toBe(300);
  });
});

describe('a message', () => {
  const say = conversationRequestSchemas['conversation:say'];
  const message = { channel: 'math-101', key: 'a-key-of-it', name: 'Ann', text: 'hello' };

  it('has up to 300 characters, as people count them', () => {
    expect(say.safeParse({ ...message, text: '👍'.repeat(300) }).success).toBe(true);
    expect(say.safeParse({ ...message, text: 'a'.repeat(301) }).success).toBe(false);
    expect(say.safeParse({ ...message, text: `${' '.repeat(400)}short` }).success).toBe(true);
  });

  it('is neither empty nor without a name', () => {
    expect(say.safeParse({ ...message, text: ' \u200f\n'.replace('\u200f', '') }).success).toBe(false);
    expect(say.safeParse({ ...message, name: '   ' }).success).toBe(false);
  });
});
