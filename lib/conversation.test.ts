import { describe, expect, it } from 'vitest';
import { cleanText } from './clean-text.ts';
import { lengthOf } from './conversation.ts';
import { conversationRequestSchemas } from './requests/conversation-requests.ts';

describe('a text that somebody wrote', () => {
  it('is one line, without what could disturb other text', () => {
    expect(cleanText('  two\n lines\u0007\t ')).toBe('two lines');
    expect(cleanText('left \u202eright\u2069 left')).toBe('left right left');
  });

  it('keeps emoji of several parts, and the joiners in other scripts', () => {
    expect(cleanText('👩‍👩‍👧‍👦 ❤️')).toBe('👩‍👩‍👧‍👦 ❤️');
  });

  it('is empty if nothing in it shows', () => {
    const invisible = ['\u200b', '\u200e\u200f', '\u061c', '\u3164', '\u2800', '\uffa0', '\u00ad', '\u200d', '\ufe0f'];
    invisible.push('\u115f\u1160', '\u2060\ufeff', '\u180e', '\u034f', '\u17b4', '\u{e0001}\u{e0041}', '\u202e\u2069');
    for (const text of [...invisible, invisible.join(' '), ' \u00a0\u2003\u3000\n\u0000'])
      expect(cleanText(text), JSON.stringify(text)).toBe('');
    expect(cleanText('a\u3164\u2800\u3164b')).toBe('a b');
    expect(cleanText('soft\u00adly')).toBe('softly');
  });

  it('does not change the order of what is around it', () => {
    const controls = '\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069';
    for (const control of controls) expect(cleanText(`a${control}b`)).toBe('ab');
  });

  it('keeps what emoji and scripts are made of', () => {
    const texts = ['می‌خواهم', 'क्‍ष', 'שלום!\u200f', '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}', '1️⃣'];
    for (const text of [...texts, '葛\u{e0100}', 'ខ្ញុំ\u200bទៅ', '\u{1faf0}', '⠓⠊', '.', '\u0605'])
      expect(cleanText(text)).toBe(text);
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
    for (const empty of ['', '   ', ' \u200f\n', '\u200b', '\u3164', '\u2800']) {
      expect(say.safeParse({ ...message, text: empty }).success, JSON.stringify(empty)).toBe(false);
      expect(say.safeParse({ ...message, name: empty }).success, JSON.stringify(empty)).toBe(false);
    }
  });
});
