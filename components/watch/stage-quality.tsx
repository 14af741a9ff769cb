import { Settings2 } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { SeenTier } from '../../lib/browser/watch/picture-control.ts';
import { type OfferedTier, type PictureChoice, pictureChoices, type Selection } from '../../lib/tiers.ts';
import { buttonClass } from '../ui/button.tsx';

type StageQualityProps = { tier: SeenTier; onChoose: (choice: PictureChoice) => void };

/** The choice of the picture's quality: the browser's own menu behind a button, which every device can operate. */
export function StageQuality({ tier, onChoose }: StageQualityProps) {
  const t = useTranslations('watch.quality');
  const nameOf = useTierName();
  const { choice, selection, offered } = tier;
  return (
    <span
      title={t('label')}
      className={buttonClass({
        variant: 'stage',
        size: 'icon',
        className: 'relative has-[select:focus-visible]:outline-2 has-[select:focus-visible]:outline-offset-2',
      })}
    >
      <Settings2 aria-hidden="true" />
      <select
        aria-label={t('label')}
        value={choice}
        onChange={({ currentTarget: { value } }) => {
          const chosen = pictureChoices.find((one) => one === value);
          if (chosen !== undefined) onChoose(chosen);
        }}
        className="absolute inset-0 cursor-pointer opacity-0"
      >
        <option value="auto">
          {choice === 'auto' ? t('autoNow', { now: nameOf(selection, offered) }) : t('auto')}
        </option>
        {offered.map(({ tier: one }) => (
          <option key={one} value={one}>
            {nameOf(one, offered)}
          </option>
        ))}
        <option value="sound">{t('sound')}</option>
      </select>
    </span>
  );
}

/** Returns what a selection is called: a tier by its size, if that is known. */
export function useTierName(): (selection: Selection, offered: readonly OfferedTier[]) => string {
  const t = useTranslations('watch.quality');
  return (selection, offered) => {
    const size = offered.find(({ tier }) => tier === selection)?.size ?? null;
    // Picture sizes are written the same in all languages.
    return size === null ? t(selection) : `${size}p`;
  };
}
