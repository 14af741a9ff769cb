'use client';

import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { ConnectionTest } from '../../lib/browser/connection-test/connection-test.ts';
import { useStore } from '../../lib/browser/page/use-store.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Notice } from '../ui/notice.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { ConnectionTestFindings } from './connection-test-findings.tsx';
import { ErrorNotice } from './error-notice.tsx';

type ConnectionTestPanelProps = {
  /** The stream that a presenter would send; `null` tests as a viewer. */
  stream: MediaStream | null;
};

/** One button that tests how well media gets from here to the media server, with advice where it gets there badly. */
export function ConnectionTestPanel({ stream }: ConnectionTestPanelProps) {
  const t = useTranslations('line');
  const [test] = useState(() => new ConnectionTest());
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
      {state.phase === 'done' && <ConnectionTestFindings findings={state.findings} />}
      {state.phase === 'failed' &&
        (state.error.code === 'media-never-arrived' ? (
          <Notice tone="danger" title={t('blocked.title')} role="alert">
            <p>{t(`blocked.${state.relay}`)}</p>
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
  // Muted: playing a microphone through the loudspeaker causes feedback.
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

/** The presenter's test before the show. It can run as soon as there is a picture or sound. */
export function ConnectionTestCard({ stream }: { stream: MediaStream | null }) {
  const t = useTranslations('line');
  if (stream === null) return null;
  return (
    <Card className="p-5 sm:p-6">
      <h2 className="mb-1 font-semibold text-lg">{t('presenterTitle')}</h2>
      <ConnectionTestPanel key={stream.id} stream={stream} />
    </Card>
  );
}
