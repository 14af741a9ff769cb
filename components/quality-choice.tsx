'use client';

import { useId } from 'react';
import { useTranslations } from 'use-intl';
import type { MediaDeskState } from '../lib/browser/media-desk.ts';
import {
  fallsShort,
  frameRates,
  type PictureSize,
  pictureHeights,
  type Quality,
  qualityFrom,
} from '../lib/browser/quality.ts';
import { Field } from './ui/field.tsx';
import { Select } from './ui/select.tsx';

type QualityChoiceProps = { media: MediaDeskState; onChoose: (quality: Quality) => void };

/** How large and how smooth the picture is. Where a camera can do less, that is said. */
export function QualityChoice({ media, onChoose }: QualityChoiceProps) {
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
