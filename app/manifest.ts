import type { MetadataRoute } from 'next';
import { requestLocale, requestTranslator } from '../lib/i18n/request-locale.ts';

const sizes = [192, 512];

/** Makes the pages an application that can be installed, in the language of the person who installs it. */
export default async function manifest(): Promise<MetadataRoute.Manifest> {
  const t = await requestTranslator('common');
  return {
    name: 'Rostrum',
    short_name: 'Rostrum',
    description: t('tagline'),
    lang: await requestLocale(),
    id: '/',
    start_url: '/',
    display: 'standalone',
    // The paper of the light theme, as in globals.css. A page in the dark theme changes it once it has loaded.
    background_color: '#f7f5ef',
    theme_color: '#f7f5ef',
    icons: [
      { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' },
      ...sizes.flatMap((size) => [
        { src: `/icons/icon-${size}.png`, sizes: `${size}x${size}`, type: 'image/png' },
        {
          src: `/icons/maskable-${size}.png`,
          sizes: `${size}x${size}`,
          type: 'image/png',
          purpose: 'maskable' as const,
        },
      ]),
    ],
    shortcuts: [
      { name: t('onAir'), url: '/' },
      { name: t('recordings'), url: '/recordings' },
    ],
  };
}
