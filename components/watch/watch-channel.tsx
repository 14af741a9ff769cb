import { requestTranslator } from '../../lib/i18n/request-locale.ts';
import { isChannelName } from '../../lib/show-names.ts';
import { ButtonLink } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ViewerStage } from './viewer-stage.tsx';

/** A channel to watch. An impossible channel name is rejected here, before a viewer waits in vain. */
export async function WatchChannel({ channel, conversation }: { channel: string; conversation: boolean }) {
  if (isChannelName(channel)) return <ViewerStage key={channel} channel={channel} conversation={conversation} />;
  const t = await requestTranslator('watch');
  return (
    <div className="px-4 pt-8 sm:px-0 sm:pt-0">
      <EmptyState
        title={t('badLink.title')}
        actions={
          <ButtonLink href="/" variant="primary">
            {t('badLink.seeOnAir')}
          </ButtonLink>
        }
      >
        <p>{t('badLink.explanation')}</p>
      </EmptyState>
    </div>
  );
}
