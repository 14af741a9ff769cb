import { describe, expect, it } from 'vitest';
import { textParts } from './text-parts.ts';

const links = (text: string) =>
  textParts(text).flatMap(({ text: shown, href }) => (href === null ? [] : [[shown, href]]));

describe('the addresses in a text', () => {
  it('are links as they were written, and nothing of the text is lost', () => {
    const text = 'See https://example.org/a?b=c#d, and HTTP://example.com.';
    expect(links(text)).toEqual([
      ['https://example.org/a?b=c#d', 'https://example.org/a?b=c#d'],
      ['HTTP://example.com', 'http://example.com/'],
    ]);
    expect(
      textParts(text)
        .map((part) => part.text)
        .join(''),
    ).toBe(text);
  });

  it('end before punctuation, and with the parenthesis that they opened', () => {
    expect(links('(https://example.org/x)')).toEqual([['https://example.org/x', 'https://example.org/x']]);
    expect(links('https://example.org/a_(b)!')).toEqual([['https://example.org/a_(b)', 'https://example.org/a_(b)']]);
    expect(links('https://예시.kr/경로를')[0]?.[0]).toBe('https://예시.kr/경로를');
  });

  it('are no links with any other scheme, or with a name that looks like a host', () => {
    for (const text of [
      'javascript:alert(1)',
      'data:text/html,<script>alert(1)</script>',
      'file:///etc/passwd',
      'https://bank.example@evil.example/',
      'https://',
      'xhttps://example.org',
      'www.example.org',
    ])
      expect(links(text), text).toEqual([]);
  });

  it('are not joined with quotation marks or markup', () => {
    expect(links('<a href="https://example.org">x</a>')).toEqual([['https://example.org', 'https://example.org/']]);
  });
});
