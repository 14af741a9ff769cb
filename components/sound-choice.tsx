'use client';

import { clsx } from 'clsx/lite';
import { Music, Speech } from 'lucide-react';
import { useId } from 'react';
import { useTranslations } from 'use-intl';
import { type SoundMode, soundModes } from '../lib/browser/sound-mode.ts';
import { fieldHintId } from './ui/field.tsx';

const icons = { speech: Speech, music: Music } as const;

/** Speech or music, with a line that says what the choice does. */
export function SoundChoice({ sound, onChoose }: { sound: SoundMode; onChoose: (sound: SoundMode) => void }) {
  const t = useTranslations('studio.sources.sound');
  const id = useId();
  return (
    <fieldset className="grid gap-1.5 sm:col-span-2" aria-describedby={fieldHintId(id)}>
      <legend className="mb-1.5 font-semibold text-ink text-sm">{t('label')}</legend>
      <div className="grid grid-cols-2 gap-1 rounded-xl bg-sunken p-1">
        {soundModes.map((mode) => {
          const Icon = icons[mode];
          return (
            <button
              key={mode}
              type="button"
              aria-pressed={mode === sound}
              onClick={() => mode !== sound && onChoose(mode)}
              className={clsx(
                'flex min-h-11 select-none items-center justify-center gap-2 rounded-[0.6rem] px-2 font-semibold text-sm transition-colors',
                mode === sound ? 'bg-surface text-accent-text shadow-card' : 'text-ink-soft hover:text-ink',
              )}
            >
              <Icon className="size-4.5 shrink-0" aria-hidden="true" />
              {t(mode)}
            </button>
          );
        })}
      </div>
      <p id={fieldHintId(id)} className="text-ink-soft text-sm">
        {t(`${sound}Hint`)}
      </p>
    </fieldset>
  );
}
