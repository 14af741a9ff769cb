'use client';

import type { PublisherHandle } from '../lib/browser/use-publisher.ts';
import { DeviceChoice } from './device-choice.tsx';
import { QualityChoice } from './quality-choice.tsx';
import { SoundChoice } from './sound-choice.tsx';

/** Which devices, how good a picture, and what kind of sound. */
export function MediaSettings({ studio }: { studio: PublisherHandle }) {
  return (
    <div className="grid items-start gap-4 sm:grid-cols-2">
      <DeviceChoice inputs={studio.inputs} chosen={studio.media.plan} onChoose={studio.askForCamera} />
      <SoundChoice sound={studio.media.plan.sound} onChoose={studio.setSound} />
      <QualityChoice media={studio.media} onChoose={studio.setQuality} />
    </div>
  );
}
