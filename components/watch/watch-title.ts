import { requestTranslator } from '../../lib/i18n/request-locale.ts';
import { isChannelName } from '../../lib/show-names.ts';

/** The title of a channel's page, for the browser's tab. On the server only. */
export async function watchTitle(channel: string): Promise<string> {
  const t = await requestTranslator('watch');
  return isChannelName(channel) ? t('pageTitle', { channel }) : t('badLink.title');
}
