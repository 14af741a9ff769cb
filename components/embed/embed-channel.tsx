import type { EmbedOrigins } from '../../lib/embed-api.ts';
import { requestTranslator } from '../../lib/i18n/request-locale.ts';
import { isChannelName } from '../../lib/show-names.ts';
import { StageMessage } from '../shared/stage-message.tsx';
import { EmbedStage } from './embed-stage.tsx';

/** The bare player of a channel. An impossible channel name is rejected here, before a viewer waits in vain. */
export async function EmbedChannel({ channel, origins }: { channel: string; origins: EmbedOrigins }) {
  const t = await requestTranslator('watch');
  return (
    <main data-embed="" className="on-stage">
      {isChannelName(channel) ? (
        <EmbedStage key={channel} channel={channel} origins={origins} />
      ) : (
        <StageMessage title={t('badLink.title')}>{t('badLink.explanation')}</StageMessage>
      )}
    </main>
  );
}
