'use client';

import { useId } from 'react';
import { useTranslations } from 'use-intl';
import type { InputChoice, MediaChoice, MediaInput, MediaInputs } from '../../../lib/browser/capture/local-media.ts';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';

type DeviceChoiceProps = {
  inputs: MediaInputs;
  chosen: MediaChoice;
  onChoose: (choice: MediaChoice) => void;
};

/** The choice of camera and microphone. Either may be left out, but not both. */
export function DeviceChoice({ inputs, chosen, onChoose }: DeviceChoiceProps) {
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
