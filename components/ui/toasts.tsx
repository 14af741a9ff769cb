'use client';

import { useTheme } from 'next-themes';
import { Toaster } from 'sonner';
import { useTranslations } from 'use-intl';

/** Where short messages about what was just done appear, and are read out. */
export function Toasts() {
  const t = useTranslations('library');
  const { resolvedTheme } = useTheme();
  return (
    <Toaster
      style={{ fontFamily: 'inherit' }}
      position="bottom-center"
      theme={resolvedTheme === 'dark' ? 'dark' : 'light'}
      containerAriaLabel={t('notifications')}
    />
  );
}
