import { describe, expect, it } from 'vitest';
import { directionOf, fitName, hueOf, initialsOf } from './name-label.ts';

const measure = (text: string) => [...text].length * 10;

describe('a name in the picture', () => {
  it('is cut where it is too long, and never within a character', () => {
    expect(fitName('Ada', 100, measure)).toBe('Ada');
    expect(fitName('Ada Lovelace', 60, measure)).toBe('Ada L…');
    expect(fitName('Ada Lovelace', 50, measure)).toBe('Ada…');
    expect(fitName('👩‍👩‍👧 family', 40, measure)).toBe('…');
    expect(fitName('👩‍👩‍👧 family', 80, measure)).toBe('👩‍👩‍👧 f…');
    expect(fitName('Ada', 1, measure)).toBe('…');
  });

  it('has the direction of its script', () => {
    expect(directionOf('Ada')).toBe('ltr');
    expect(directionOf('김연아')).toBe('ltr');
    expect(directionOf('  “محمد”')).toBe('rtl');
    expect(directionOf('שרה Cohen')).toBe('rtl');
    expect(directionOf('123')).toBe('ltr');
  });
});

it('initials are the first letters of the first and the last word', () => {
  expect(initialsOf('ada king lovelace')).toBe('AL');
  expect(initialsOf('김연아')).toBe('김');
  expect(initialsOf('  ')).toBe('');
});

it('the same person always has the same colour', () => {
  expect(hueOf('abc')).toBe(hueOf('abc'));
  expect(hueOf('abc')).toBeLessThan(360);
});
