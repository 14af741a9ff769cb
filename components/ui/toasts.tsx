'use client';

import { useTheme } from 'next-themes';
import { Toaster } from 'sonner';
import { useTranslations } from 'use-intl';

/** The place where short messages about completed actions appear, and are read out. */
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
