'use client';

import { useTranslations } from 'use-intl';
import { PageFrame } from './page-frame.tsx';
import { Button } from './ui/button.tsx';
import { ButtonLink } from './ui/button-link.tsx';
import { EmptyState } from './ui/empty-state.tsx';

/** What stands in place of a page that broke. */
export function ErrorScreen({ onTryAgain }: { onTryAgain: () => void }) {
  const t = useTranslations('common');
  return (
    <PageFrame>
      <EmptyState
        title={t('broken.title')}
        actions={
          <>
            <Button variant="primary" onClick={onTryAgain}>
              {t('tryAgain')}
            </Button>
            <ButtonLink href="/">{t('notFound.seeOnAir')}</ButtonLink>
          </>
        }
      >
        <p>{t('broken.explanation')}</p>
      </EmptyState>
    </PageFrame>
  );
}
