import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { PictureTrouble } from '../../lib/browser/watch/picture-trouble.ts';
import { locales } from '../../lib/i18n/locales.ts';
import { renderIn } from '../testing/render-in.tsx';
import { NoPicture } from './no-picture.tsx';

const troubles: PictureTrouble[] = ['sound-only', 'camera-off', 'still', 'missing', 'unplayable'];

test.each(locales.flatMap((locale) => troubles.map((trouble) => [trouble, locale] as const)))(
  'explains the picture trouble “%s” in %s, over the last frame and without one',
  async (trouble, locale) => {
    const { rerender } = await renderIn(<NoPicture trouble={trouble} hasPicture={false} invited={false} />, locale);
    const instead = screen.getByRole('status').textContent;
    rerender(<NoPicture trouble={trouble} hasPicture invited={false} />);
    const above = screen.getByRole('status').textContent;
    for (const words of [instead, above]) expect(words).toMatch(/\p{L}{2}/u);
    // The note over a frame is shorter, so that it covers little of it.
    const staysOn = trouble === 'still' || trouble === 'missing' || trouble === 'unplayable';
    expect((above?.length ?? 0) < (instead?.length ?? 0)).toBe(staysOn);
  },
);
