import { useTranslations } from 'use-intl';
import { type SenderHealth, smallerShare } from '../lib/browser/sender-health.ts';
import { useFigures } from './use-figures.ts';

/** How well it goes out, in a line with figures, and what can be done where something can. */
export type HealthText = { title: string; advice: string | null };

/** Our words for the health of what is sent, in the language of the page. */
export function useHealthText(): (health: SenderHealth) => HealthText {
  const t = useTranslations('studio.live.health');
  const figures = useFigures();
  return (health) => {
    const { level, cause, height, sourceHeight, frameShare, kbps, lossShare, roundTripMs } = health;
    const rate = figures.rate(kbps);
    if (level === 'checking') return { title: t('checking'), advice: null };
    if (level === 'nothing') return { title: t('nothing'), advice: t('advice.nothing') };
    if (cause === 'camera' || cause === 'format' || cause === 'sound-format')
      return { title: t(cause), advice: t(`advice.${cause}`) };
    if (level === 'excellent' || level === 'good' || cause === 'none') {
      const picture = height === null ? t('soundOnly', { rate }) : t('picture', { height: String(height), rate });
      return { title: t(level === 'excellent' ? 'excellent' : 'good', { figures: picture }), advice: null };
    }
    const facts = {
      wanted: String(sourceHeight),
      height: String(height),
      share: figures.share(lossShare),
      time: figures.time(roundTripMs ?? 0),
    };
    if (cause === 'loss' || cause === 'delay') return { title: t(cause, facts), advice: t(`advice.${cause}`) };
    const isSmaller = height !== null && sourceHeight !== null && height / sourceHeight < smallerShare;
    if (isSmaller) return { title: t(cause, facts), advice: t(`advice.${cause}`) };
    const title = t(`lessMotion.${cause}`, { share: figures.share(frameShare ?? 0) });
    return { title, advice: t(`lessMotion.advice.${cause}`) };
  };
}
