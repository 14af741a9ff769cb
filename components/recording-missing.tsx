'use client';

import { useTranslations } from 'use-intl';
import type { ErrorBody } from '../lib/errors.ts';
import { ButtonLink } from './ui/button-link.tsx';
import { EmptyState } from './ui/empty-state.tsx';
import { useErrorText } from './use-error-text.ts';

/** Stands in place of a recording that is not there, or no longer. */
export function RecordingMissing({ error }: { error: ErrorBody }) {
  const t = useTranslations('library.recording');
  const { title, remedy } = useErrorText()(error);
  return (
    <div className="mt-3" role="alert">
      <EmptyState
        title={title}
        actions={
          <ButtonLink href="/recordings" variant="primary">
            {t('all')}
          </ButtonLink>
        }
      >
        <p>{remedy}</p>
      </EmptyState>
    </div>
  );
}
