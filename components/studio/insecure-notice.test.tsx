import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { renderIn } from '../testing/render-in.tsx';
import { InsecureNotice, SecureOrigin } from './insecure-notice.tsx';

async function show(origin: string | null, presenterKey?: string): Promise<string> {
  await renderIn(
    <SecureOrigin value={origin}>
      <InsecureNotice {...(presenterKey !== undefined && { presenterKey })} />
    </SecureOrigin>,
  );
  return screen.getByRole('alert').textContent ?? '';
}

test('a page at an insecure address names the public one, with the key in the link and not in the text', async () => {
  const text = await show('https://live.example.org', 'a key&more');
  const link = screen.getByRole('link', { name: 'https://live.example.org/present' });
  expect(link.getAttribute('href')).toBe('https://live.example.org/present#key=a%20key%26more');
  expect(text).not.toContain('a key');
  expect(text).not.toContain('HTTPS=');
});

test('a page at an insecure address names localhost to a person at that machine, and what the owner can do', async () => {
  const text = await show('http://localhost:3000');
  expect(screen.getByRole('link').getAttribute('href')).toBe('http://localhost:3000/present');
  expect(text).toContain('HTTPS=self-signed');
});

test('a page at an insecure address says what the owner can do if the server has no other address', async () => {
  expect(await show(null)).toMatch(/HTTPS=self-signed.*HTTPS=acme/);
  expect(screen.queryByRole('link')).toBeNull();
});
