'use client';

import { clsx } from 'clsx/lite';
import { Music, Speech } from 'lucide-react';
import { useId } from 'react';
import { useTranslations } from 'use-intl';
import type { InputChoice, MediaChoice, MediaInput, MediaInputs } from '../../../lib/browser/capture/local-media.ts';
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

type DeviceChoiceProps = {
  inputs: MediaInputs;
  chosen: MediaChoice;
  onChoose: (choice: MediaChoice) => void;
};

/** The choice of camera and microphone. Either may be left out, but not both. */
function DeviceChoice({ inputs, chosen, onChoose }: DeviceChoiceProps) {
  const t = useTranslations('studio.sources.devices');
  const cameraId = useId();
  const microphoneId = useId();
  return (
    <>
      <Field label={t('camera')} htmlFor={cameraId}>
        <DeviceSelect
          id={cameraId}
          inputs={inputs.cameras}
          numbered="cameraNumber"
          chosen={chosen.camera}
          without={chosen.microphone === 'none' ? null : t('noCamera')}
          onChoose={(camera) => onChoose({ camera, microphone: chosen.microphone })}
        />
      </Field>
      <Field label={t('microphone')} htmlFor={microphoneId}>
        <DeviceSelect
          id={microphoneId}
          inputs={inputs.microphones}
          numbered="microphoneNumber"
          chosen={chosen.microphone}
          without={chosen.camera === 'none' ? null : t('noMicrophone')}
          onChoose={(microphone) => onChoose({ camera: chosen.camera, microphone })}
        />
      </Field>
    </>
  );
}

type DeviceSelectProps = {
  id: string;
  inputs: MediaInput[];
  /** The key of the text for a device without a name. */
  numbered: 'cameraNumber' | 'microphoneNumber';
  chosen: InputChoice;
  without: string | null;
  onChoose: (choice: InputChoice) => void;
};

function DeviceSelect({ id, inputs, numbered, chosen, without, onChoose }: DeviceSelectProps) {
  const t = useTranslations('studio.sources.devices');
  const listed = chosen === 'none' || inputs.some((input) => input.id === chosen);
  return (
    <Select id={id} value={listed ? chosen : 'any'} onChange={(event) => onChoose(event.currentTarget.value)}>
      {!listed && <option value="any">{t('automatic')}</option>}
      {inputs.map((input, index) => (
        <option key={input.id} value={input.id}>
          {input.label || t(numbered, { number: index + 1 })}
        </option>
      ))}
      {without !== null && <option value="none">{without}</option>}
    </Select>
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
