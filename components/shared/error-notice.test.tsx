import { cleanup, screen } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { errorCodes } from '../../lib/error-codes.ts';
import { locales } from '../../lib/i18n/locales.ts';
import { renderIn } from '../testing/render-in.tsx';
import { ErrorNotice } from './error-notice.tsx';

describe('the error notice', () => {
  test.each(locales)('has a title and a remedy for every error code in %s, all of them different', async (locale) => {
    const seen = new Set<string>();
    for (const code of errorCodes) {
      await renderIn(<ErrorNotice error={{ code, message: 'for the log' }} />, locale);
      const [title, remedy] = screen.getByRole('alert').querySelectorAll('p');
      expect(title?.textContent, code).toMatch(/\p{L}/u);
      expect(remedy?.textContent, code).toMatch(/\p{L}/u);
      seen.add(`${title?.textContent} ${remedy?.textContent}`);
      cleanup();
    }
    expect(seen.size).toBe(errorCodes.length);
  });

  test('shows which field the server rejected', async () => {
    await renderIn(<ErrorNotice error={{ code: 'bad-request', message: 'title: at most 80 characters' }} />);
    expect(screen.getByText('title: at most 80 characters')).toBeDefined();
  });

  test('treats a code that it does not know as an internal error', async () => {
    const newer = JSON.parse('{ "code": "not-known-here", "message": "" }');
    await renderIn(<ErrorNotice error={newer} />);
    const unknown = screen.getByRole('alert').textContent;
    cleanup();
    await renderIn(<ErrorNotice error={{ code: 'internal', message: '' }} />);
    expect(unknown).toBe(screen.getByRole('alert').textContent);
  });
});
