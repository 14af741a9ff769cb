import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Finding } from '../../lib/browser/connection-test/connection-findings.ts';
import { locales } from '../../lib/i18n/locales.ts';
import { renderIn } from '../testing/render-in.tsx';
import { ConnectionTestFindings } from './connection-test-findings.tsx';

const paths: Finding[] = [
  { about: 'path', verdict: 'good', path: 'direct', limit: null },
  { about: 'path', verdict: 'good', path: 'relay-udp', limit: 'ports-closed' },
  { about: 'path', verdict: 'fair', path: 'tcp', limit: 'no-udp' },
  { about: 'path', verdict: 'fair', path: 'relay-tcp', limit: 'udp-blocked' },
  { about: 'path', verdict: 'fair', path: 'relay-tls', limit: 'tls-only' },
];
const troubles: Finding[] = (['refused', 'full', 'unreachable'] as const).map((trouble) => ({
  ...{ about: 'relay', verdict: 'fair' },
  trouble,
}));

test.each(locales)('every path, and whatever is wrong with a relay, has words of its own in %s', async (locale) => {
  const said = new Set<string>();
  const { rerender } = await renderIn(<ConnectionTestFindings findings={[]} />, locale);
  for (const finding of [...paths, ...troubles]) {
    rerender(<ConnectionTestFindings findings={[finding]} />);
    const text = screen.getByRole('definition').textContent ?? '';
    expect(text).toMatch(/\p{L}{2}/u);
    said.add(text);
  }
  expect(said.size).toBe(paths.length + troubles.length);
});

test('a path that could be better says why it was not', async () => {
  const findings = paths.filter((finding) => finding.about === 'path' && finding.path === 'relay-tcp');
  await renderIn(<ConnectionTestFindings findings={findings} />, 'en');
  expect(screen.getByRole('definition').textContent).toMatch(/^Over a relay, by TCP: .*This network blocks UDP\./);
  expect(screen.getByRole('status').textContent).toBe('It works, with something to improve');
});
