import { useTranslations } from 'use-intl';
import { ButtonLink } from './ui/button-link.tsx';
import { EmptyState } from './ui/empty-state.tsx';

/** What the lobby says while nothing is on. */
export function LobbyEmpty() {
  const t = useTranslations('library.lobby');
  return (
    <EmptyState
      level={2}
      title={t('quiet')}
      actions={<ButtonLink href="/recordings">{t('watchRecording')}</ButtonLink>}
    >
      <p>{t('quietExplanation')}</p>
    </EmptyState>
  );
}
