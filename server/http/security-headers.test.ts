import { expect, it } from 'vitest';
import { frameAncestors } from './security-headers.ts';

const others = ['https://school.example', 'http://intranet.example:8080'];

it('lets the named sites and this one frame the player', () => {
  const policy = "'self' https://school.example http://intranet.example:8080";
  expect(frameAncestors('/embed/math-101', others)).toBe(policy);
  expect(frameAncestors('/embed/math-101?_rsc=1', others)).toBe(policy);
  expect(frameAncestors('/embed/math-101', [])).toBe("'self'");
  expect(frameAncestors('/embed/math-101', '*')).toBe('*');
});

it('lets only this site frame any other page, however its address is written', () => {
  for (const url of [
    '/',
    '/present',
    '/watch/math-101',
    '/embed',
    '/embed/',
    '/embed/../present',
    '/embed/x/present',
  ]) {
    expect(frameAncestors(url, '*'), url).toBe("'self'");
  }
  for (const url of ['/embed/%2e%2e/present', '/embed/..%2fpresent', '//embed/math-101', '/EMBED/math-101', '']) {
    expect(frameAncestors(url, '*'), url).toBe("'self'");
  }
});
