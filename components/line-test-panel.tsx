'use client';

import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { LineTest } from '../lib/browser/line-test.ts';
import { useStore } from '../lib/browser/use-store.ts';
import { ErrorNotice } from './error-notice.tsx';
import { LineFindings } from './line-findings.tsx';
import { Button } from './ui/button.tsx';
import { Notice } from './ui/notice.tsx';
import { Spinner } from './ui/spinner.tsx';

type LineTestPanelProps = {
  /** What a presenter would send; `null` tests for a viewer. */
  stream: MediaStream | null;
};

/** One button that shows how well media gets to the media server from here, and what to do where it does not. */
export function LineTestPanel({ stream }: LineTestPanelProps) {
  const t = useTranslations('line');
  const [test] = useState(() => new LineTest());
  const state = useStore(test.state);
  useEffect(() => () => test.reset(), [test]);
  const running = state.phase === 'running';
  return (
    <div className="grid gap-4">
      <p className="text-[0.9375rem] text-ink-soft">{t(stream === null ? 'viewerHint' : 'presenterHint')}</p>
      {running && (
        <div className="grid gap-3">
          {state.stream !== null && <Returned stream={state.stream} label={t('back')} />}
          <p role="status" className="flex items-center gap-2 text-[0.9375rem]">
            <Spinner className="size-5 text-accent" />
            {state.stream === null ? t('connecting') : t(stream === null ? 'measuringViewer' : 'measuring')}
          </p>
        </div>
      )}
      {state.phase === 'done' && <LineFindings findings={state.findings} />}
      {state.phase === 'failed' &&
        (state.error.code === 'media-never-arrived' ? (
          <Notice tone="danger" title={t('blocked.title')} role="alert">
            <p>{t('blocked.remedy')}</p>
          </Notice>
        ) : (
          <ErrorNotice error={state.error} />
        ))}
      <div>
        {running ? (
          <Button onClick={() => test.reset()}>{t('stop')}</Button>
        ) : (
          <Button onClick={() => test.start(stream)}>{t(state.phase === 'idle' ? 'button' : 'again')}</Button>
        )}
      </div>
    </div>
  );
}

function Returned({ stream, label }: { stream: MediaStream; label: string }) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current !== null) video.current.srcObject = stream;
  }, [stream]);
  // Without sound: who hears themselves from the loudspeaker gets a howl.
  return (
    <video
      ref={video}
      aria-label={label}
      autoPlay
      muted
      playsInline
      className="aspect-video w-full max-w-sm rounded-xl bg-stage object-contain"
    />
  );
}
