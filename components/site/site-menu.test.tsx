import { fireEvent, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { localeCookie } from '../../lib/i18n/locales.ts';
import { renderIn, router } from '../testing/render-in.tsx';
import { LanguageSwitch, SiteNav } from './site-menu.tsx';

test('the language switch lists native names, stores the choice and refreshes the page', async () => {
  await renderIn(<LanguageSwitch />);
  const languages = screen.getByRole('combobox', { name: 'Language' });
  expect(screen.getAllByRole('option').map(({ textContent }) => textContent)).toEqual(['English', '한국어']);
  fireEvent.change(languages, { target: { value: 'ko' } });
  expect(document.cookie).toContain(`${localeCookie}=ko`);
  expect(router.refresh).toHaveBeenCalledOnce();
});

test('the navigation marks the current page', async () => {
  await renderIn(<SiteNav />);
  expect(screen.getAllByRole('link').map((link) => link.getAttribute('aria-current'))).toEqual(['page', null]);
});
