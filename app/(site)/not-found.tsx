import { PageFrame } from '../../components/site/page-frame.tsx';
import { ButtonLink } from '../../components/ui/button.tsx';
import { EmptyState } from '../../components/ui/empty-state.tsx';
import { requestTranslator } from '../../lib/i18n/request-locale.ts';

export default async function NotFound() {
  const t = await requestTranslator('common');
  return (
    <PageFrame>
      <EmptyState
        title={t('notFound.title')}
        actions={
          <ButtonLink href="/" variant="primary">
            {t('notFound.seeOnAir')}
          </ButtonLink>
        }
      >
        <p>{t('notFound.explanation')}</p>
      </EmptyState>
    </PageFrame>
  );
}
