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
import { Field, fieldHintId } from './ui/field.tsx';
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
    <>
      <Field label={t('label')} htmlFor={`${id}-height`} hint={hint}>
        <Select
          id={`${id}-height`}
          value={quality.height}
          aria-describedby={hint ? fieldHintId(`${id}-height`) : undefined}
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
    </>
  );
}
