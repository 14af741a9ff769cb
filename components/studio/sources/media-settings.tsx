'use client';

import { clsx } from 'clsx/lite';
import { Music, Speech } from 'lucide-react';
import { useId } from 'react';
import { useTranslations } from 'use-intl';
import type { MediaCaptureState } from '../../../lib/browser/capture/media-capture.ts';
import {
  fallsShort,
  frameRates,
  type PictureSize,
  pictureHeights,
  type Quality,
  qualityFrom,
} from '../../../lib/browser/rtc/quality.ts';
import { type SoundMode, soundModes } from '../../../lib/browser/rtc/sound-mode.ts';
import type { PublisherHandle } from '../../../lib/browser/studio/use-publisher.ts';
import { Field, fieldHintId } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { DeviceChoice } from './device-choice.tsx';

/** The choice of devices, picture quality and kind of sound. */
export function MediaSettings({ studio }: { studio: PublisherHandle }) {
  return (
    <div className="grid items-start gap-4 sm:grid-cols-2">
      <DeviceChoice inputs={studio.inputs} chosen={studio.media.plan} onChoose={studio.askForCamera} />
      <SoundChoice sound={studio.media.plan.sound} onChoose={studio.setSound} />
      <QualityChoice media={studio.media} onChoose={studio.setQuality} />
    </div>
  );
}

type QualityChoiceProps = { media: MediaCaptureState; onChoose: (quality: Quality) => void };

/** The choice of resolution and frame rate. If the camera can do less, a note says so. */
function QualityChoice({ media, onChoose }: QualityChoiceProps) {
  const t = useTranslations('studio.sources.quality');
  const id = useId();
  const { quality, source } = media.plan;
  const { size } = media;
  const givenText = ({ width, height, frameRate }: PictureSize) =>
    frameRate === null ? t('given', { width, height }) : t('givenWithRate', { width, height, frameRate });
  const less = source === 'camera' && size !== null && fallsShort(quality, size) ? size : null;
  const hint = less && givenText(less);
  return (
    <div className="grid items-start gap-4 sm:col-span-2 sm:grid-cols-2">
      <Field label={t('label')} htmlFor={`${id}-height`}>
        <Select
          id={`${id}-height`}
          value={quality.height}
          aria-describedby={hint ? `${id}-given` : undefined}
          onChange={(event) => onChoose(qualityFrom(Number(event.currentTarget.value), quality.frameRate))}
        >
          {pictureHeights.map((height) => (
            <option key={height} value={height}>
              {t(`height${height}`)}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={t('frameRate')} htmlFor={`${id}-rate`}>
        <Select
          id={`${id}-rate`}
          value={quality.frameRate}
          onChange={(event) => onChoose(qualityFrom(quality.height, Number(event.currentTarget.value)))}
        >
          {frameRates.map((rate) => (
            <option key={rate} value={rate}>
              {t(`rate${rate}`)}
            </option>
          ))}
        </Select>
      </Field>
      {hint && (
        <p id={`${id}-given`} className="text-ink-soft text-sm sm:col-span-2">
          {hint}
        </p>
      )}
    </div>
  );
}

const icons = { speech: Speech, music: Music } as const;

/** The choice of speech or music, with a line that explains its effect. */
function SoundChoice({ sound, onChoose }: { sound: SoundMode; onChoose: (sound: SoundMode) => void }) {
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
