import { clsx } from 'clsx/lite';
import { FileVideo, X } from 'lucide-react';
import { useState } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { cancelConversion, startConversion } from '../../../lib/browser/recordings/recordings-client.ts';
import { recordingPaths } from '../../../lib/recording.ts';
import type { Conversion } from '../../../lib/recording-details.ts';
import { useFormattedText } from '../../shared/use-formatted-text.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { useRecordingChange } from '../use-recording-change.ts';

const barClass = clsx(
  'h-1.5 w-12 appearance-none overflow-hidden rounded-full bg-line-strong/30 sm:w-20',
  '[&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-transparent [&::-webkit-progress-value]:bg-accent',
);

type ConvertRecordingProps = {
  id: string;
  conversion: Conversion;
  /** Called after a request, which may have changed the conversion. */
  onChange: () => void;
};

/** Converts a recording to an MP4 that everything opens: anyone with a key starts it, and everybody downloads it. */
export function ConvertRecording({ id, conversion, onChange }: ConvertRecordingProps) {
  const t = useTranslations('library.conversion');
  const { size } = useFormattedText();
  const format = useFormatter();
  const { key, run } = useRecordingChange();
  const [isAsking, setAsking] = useState(false);
  const ask = (request: (id: string, key: string) => Promise<void>) => {
    if (key === null) return;
    setAsking(true);
    void run(key, (known) => request(id, known)).then(() => {
      setAsking(false);
      onChange();
    });
  };
  if (conversion.state === 'made') {
    return (
      <a className={buttonClass({})} href={recordingPaths.downloadConverted(id)} download>
        <FileVideo aria-hidden="true" />
        <span>
          {t('download')}
          <span className="font-normal text-ink-soft"> {t('about', { size: size(conversion.sizeBytes) })}</span>
        </span>
      </a>
    );
  }
  if (key === null) return null;
  if (conversion.state === 'none' || conversion.state === 'failed') {
    return (
      <>
        <Button busy={isAsking} onClick={() => ask(startConversion)}>
          <FileVideo aria-hidden="true" />
          {t(conversion.state === 'failed' ? 'again' : 'start')}
        </Button>
        {conversion.state === 'failed' && (
          <p role="status" className="basis-full text-sm text-live-text">
            {t('failed')}
          </p>
        )}
      </>
    );
  }
  return (
    <div className="inline-flex min-h-11 items-center gap-3 rounded-xl border border-line-strong/50 ps-4 text-[0.9375rem]">
      {conversion.state === 'waiting' ? (
        <span role="status">{t('waiting')}</span>
      ) : (
        <>
          <span>{t('making')}</span>
          <progress
            className={barClass}
            aria-label={t('making')}
            {...(conversion.done !== null && { value: conversion.done, max: 1 })}
          />
          {conversion.done !== null && (
            <span aria-hidden="true" className="min-w-9 text-end text-ink-soft tabular-nums">
              {format.number(conversion.done, { style: 'percent' })}
            </span>
          )}
        </>
      )}
      <Button
        variant="ghost"
        size="icon"
        busy={isAsking}
        aria-label={t('cancel')}
        onClick={() => ask(cancelConversion)}
      >
        <X aria-hidden="true" />
      </Button>
    </div>
  );
}
