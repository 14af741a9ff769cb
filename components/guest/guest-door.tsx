'use client';

import { type FormEvent, useId, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { GuestSession } from '../../lib/browser/guests/guest-session.ts';
import { useStore } from '../../lib/browser/page/use-store.ts';
import type { ErrorBody } from '../../lib/errors.ts';
import { maxGuestNameLength } from '../../lib/guests.ts';
import { ErrorNotice } from '../shared/error-notice.tsx';
import { CameraPreview } from '../studio/sources/camera-preview.tsx';
import { DeviceChoice } from '../studio/sources/device-choice.tsx';
import { MicrophoneMeter } from '../studio/sources/microphone-meter.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Field, fieldHintId, Input } from '../ui/field.tsx';
import { Spinner } from '../ui/spinner.tsx';

type GuestDoorProps = { session: GuestSession; problem: ErrorBody | null };

/** What a guest does before anybody sees them: camera, microphone and name. */
export function GuestDoor({ session, problem }: GuestDoorProps) {
  const t = useTranslations('guests.door');
  const common = useTranslations('common');
  const studio = useTranslations('studio.sources.preview');
  const media = useStore(session.media);
  const capture = useStore(session.capture);
  const switches = useStore(session.switches);
  return (
    <>
      <h1 tabIndex={-1} className="outline-none font-bold text-3xl sm:text-4xl">
        {t('title')}
      </h1>
      <p className="mt-2 max-w-prose text-ink-soft">{t('explanation')}</p>
      <div className="mt-6 grid grid-cols-1 items-start gap-6 lg:grid-cols-[minmax(0,1.6fr)_minmax(20rem,1fr)]">
        <div className="grid min-w-0 grid-cols-1 gap-4">
          <CameraPreview stream={media.stream} cameraOn={switches.camera}>
            {media.problem === null && (
              <>
                <Spinner className="size-8 text-stage-accent" />
                <p className="mt-4 font-semibold text-lg">{studio('allow')}</p>
                <p className="mt-1 text-stage-soft">{studio('allowHint')}</p>
              </>
            )}
            {media.problem !== null && <p className="text-stage-soft">{studio('none')}</p>}
          </CameraPreview>
          {media.problem !== null && (
            <ErrorNotice
              error={media.problem}
              actions={
                <Button onClick={() => void session.openDevices({ camera: 'any', microphone: 'any' })}>
                  {common('tryAgain')}
                </Button>
              }
            />
          )}
          {media.stream !== null && (
            <MicrophoneMeter stream={capture.microphone ?? media.stream} on={switches.microphone} />
          )}
          <GuestDevices session={session} />
        </div>
        <Card className="grid grid-cols-1 gap-5 p-5 sm:p-6">
          {problem !== null && <ErrorNotice error={problem} />}
          <NameForm ready={media.stream !== null} name={session.passes.name} onEnter={(name) => session.enter(name)} />
        </Card>
      </div>
    </>
  );
}

/** The choice of camera and microphone. */
export function GuestDevices({ session }: { session: GuestSession }) {
  const inputs = useStore(session.devices.state);
  const { plan } = useStore(session.capture);
  return (
    <div className="grid items-start gap-4 sm:grid-cols-2">
      <DeviceChoice inputs={inputs} chosen={plan} onChoose={(choice) => void session.openDevices(choice)} />
    </div>
  );
}

type NameFormProps = { ready: boolean; name: string; onEnter: (name: string) => void };

function NameForm({ ready, name: initial, onEnter }: NameFormProps) {
  const t = useTranslations('guests.door');
  const id = useId();
  const [name, setName] = useState(initial);
  const [isMissing, setMissing] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const trimmed = name.trim();
    setMissing(trimmed === '');
    if (trimmed !== '' && ready) onEnter(trimmed);
  };
  return (
    <form noValidate onSubmit={submit} className="grid gap-5">
      <Field
        label={t('name')}
        htmlFor={id}
        hint={t('nameHint')}
        error={isMissing && name.trim() === '' ? t('nameMissing') : null}
      >
        <Input
          id={id}
          value={name}
          dir="auto"
          autoComplete="name"
          maxLength={maxGuestNameLength}
          aria-describedby={fieldHintId(id)}
          aria-invalid={isMissing && name.trim() === ''}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      </Field>
      <Button type="submit" variant="primary" size="lg" disabled={!ready}>
        {t('enter')}
      </Button>
      <p className="text-ink-soft text-sm">{t('headphones')}</p>
    </form>
  );
}
