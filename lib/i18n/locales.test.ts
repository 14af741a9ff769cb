import { describe, expect, it } from 'vitest';
import { localeFor } from './locales.ts';

describe('the language of a page', () => {
  it('is the one that was chosen', () => {
    expect(localeFor('ko', 'en-US,en;q=0.9')).toBe('ko');
    expect(localeFor('tlh', 'ko')).toBe('ko');
  });

  it('is otherwise the one of ours that the browser prefers', () => {
    expect(localeFor(undefined, 'ko-KR,ko;q=0.9,en;q=0.8')).toBe('ko');
    expect(localeFor(undefined, 'de-DE,de;q=0.9,en;q=0.5,ko;q=0.7')).toBe('ko');
    expect(localeFor(undefined, 'ko;q=0, en;q=0.1')).toBe('en');
    expect(localeFor(undefined, 'fr')).toBe('en');
    expect(localeFor(undefined, '*')).toBe('en');
    expect(localeFor(undefined, null)).toBe('en');
    expect(localeFor(undefined, ';;,q=,ko;q=x')).toBe('ko');
  });
});
