'use client';

import { useId } from 'react';
import {
  choiceOf,
  type InputChoice,
  type MediaChoice,
  type MediaInput,
  type MediaInputs,
} from '../lib/browser/local-media.ts';
import { Field } from './ui/field.tsx';
import { Select } from './ui/select.tsx';

type DeviceChoiceProps = {
  inputs: MediaInputs;
  stream: MediaStream | null;
  onChoose: (choice: MediaChoice) => void;
};

/** Which camera and which microphone. Either may be left out, but not both. */
export function DeviceChoice({ inputs, stream, onChoose }: DeviceChoiceProps) {
  const cameraId = useId();
  const microphoneId = useId();
  const chosen: MediaChoice = stream === null ? { camera: 'any', microphone: 'any' } : choiceOf(stream);
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="Camera" htmlFor={cameraId}>
        <DeviceSelect
          id={cameraId}
          inputs={inputs.cameras}
          chosen={chosen.camera}
          without={chosen.microphone === 'none' ? null : 'No camera, sound only'}
          onChoose={(camera) => onChoose({ ...chosen, camera })}
        />
      </Field>
      <Field label="Microphone" htmlFor={microphoneId}>
        <DeviceSelect
          id={microphoneId}
          inputs={inputs.microphones}
          chosen={chosen.microphone}
          without={chosen.camera === 'none' ? null : 'No microphone, picture only'}
          onChoose={(microphone) => onChoose({ ...chosen, microphone })}
        />
      </Field>
    </div>
  );
}

type DeviceSelectProps = {
  id: string;
  inputs: MediaInput[];
  chosen: InputChoice;
  without: string | null;
  onChoose: (choice: InputChoice) => void;
};

function DeviceSelect({ id, inputs, chosen, without, onChoose }: DeviceSelectProps) {
  const listed = chosen === 'none' || inputs.some((input) => input.id === chosen);
  return (
    <Select id={id} value={listed ? chosen : 'any'} onChange={(event) => onChoose(event.currentTarget.value)}>
      {!listed && <option value="any">Automatic</option>}
      {inputs.map((input) => (
        <option key={input.id} value={input.id}>
          {input.label}
        </option>
      ))}
      {without !== null && <option value="none">{without}</option>}
    </Select>
  );
}
