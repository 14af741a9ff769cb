import { useEffect, useId, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { formatClock } from '../../../lib/browser/page/format.ts';
import { useStore } from '../../../lib/browser/page/use-store.ts';
import { trimRecording, usePiecePlan } from '../../../lib/browser/recordings/recording-details.ts';
import type { RecordingPlayer } from '../../../lib/browser/recordings/recording-player.ts';
import { type ErrorBody, toErrorBody } from '../../../lib/errors.ts';
import type { Recording } from '../../../lib/recording.ts';
import { isTitle, maxTitleLength } from '../../../lib/show-names.ts';
import { ErrorNotice } from '../../shared/error-notice.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Field, Input } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { type Piece, TrimBar } from './trim-bar.tsx';

type TrimPanelProps = { recording: Recording; player: RecordingPlayer; presenterKey: string; onClose: () => void };

/** Chooses a piece of a recording, and makes a new recording of it. */
export function TrimPanel({ recording, player, presenterKey, onClose }: TrimPanelProps) {
  const t = useTranslations('library.trim');
  const { position, duration } = useStore(player.state);
  const heading = useRef<HTMLHeadingElement>(null);
  const titleId = useId();
  const [piece, setPiece] = useState<Piece>({ from: 0, to: duration });
  const [title, setTitle] = useState(() => {
    const named = t('newTitle', { title: recording.title });
    return isTitle(named) ? named : recording.title;
  });
  const [work, setWork] = useState<{ busy: boolean; error: ErrorBody | null; made: Recording | null }>({
    busy: false,
    error: null,
    made: null,
  });
  const request = { fromMs: piece.from * 1000, toMs: piece.to * 1000 };
  const plan = usePiecePlan(recording.id, request);
  // The button that opened it may be far above.
  useEffect(() => heading.current?.focus(), []);

  const make = async () => {
    setWork({ busy: true, error: null, made: null });
    try {
      const made = await trimRecording(recording.id, { ...request, title: title.trim() }, presenterKey);
      setWork({ busy: false, error: null, made });
    } catch (error) {
      setWork({ busy: false, error: toErrorBody(error), made: null });
    }
  };
  const isPossible = plan !== null && 'piece' in plan;
  return (
    <Card className="grid gap-4 p-4 sm:p-5">
      <div>
        <h2 ref={heading} tabIndex={-1} className="font-semibold text-lg outline-none">
          {t('title')}
        </h2>
        <p className="mt-1 text-ink-soft text-sm">{t('about')}</p>
      </div>
      <TrimBar piece={piece} duration={duration} position={position} onChange={setPiece} onShow={player.seekTo} />
      <div className="flex flex-wrap items-center gap-2">
        <Button disabled={position > piece.to - 0.5} onClick={() => setPiece({ ...piece, from: position })}>
          {t('startHere')}
        </Button>
        <Button disabled={position < piece.from + 0.5} onClick={() => setPiece({ ...piece, to: position })}>
          {t('endHere')}
        </Button>
        <span className="ml-auto text-sm tabular-nums">
          {formatClock(piece.from * 1000)} – {formatClock(piece.to * 1000)}
        </span>
      </div>
      <p role="status" className="min-h-5 text-sm">
        {plan !== null && 'refused' in plan && <span className="text-live-text">{t('nothingLeft')}</span>}
        {isPossible && <PlannedPiece asked={request} planned={plan.piece} />}
      </p>
      <Field label={t('titleOfNew')} htmlFor={titleId}>
        <Input
          id={titleId}
          value={title}
          maxLength={maxTitleLength}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
      </Field>
      {work.error !== null && <ErrorNotice error={work.error} tone="warning" />}
      {work.made !== null && (
        <Notice tone="neutral" title={t('made')}>
          <ButtonLink className="mt-2" href={`/recordings/${encodeURIComponent(work.made.id)}`}>
            {t('watchNew')}
          </ButtonLink>
        </Notice>
      )}
      <div className="flex flex-wrap gap-2">
        <Button
          variant="primary"
          busy={work.busy}
          disabled={!isPossible || !isTitle(title)}
          onClick={() => void make()}
        >
          {t('make')}
        </Button>
        <Button variant="ghost" onClick={onClose}>
          {t('close')}
        </Button>
      </div>
    </Card>
  );
}

type Milliseconds = { fromMs: number; toMs: number };

/** Says where a piece really begins, and how long it is. */
function PlannedPiece({ asked, planned }: { asked: Milliseconds; planned: Milliseconds }) {
  const t = useTranslations('library.trim');
  const times = { from: preciseClock(planned.fromMs), length: formatClock(planned.toMs - planned.fromMs) };
  return planned.fromMs - asked.fromMs > 50 ? t('beginsLater', times) : t('begins', times);
}

/** A time with tenths of a second, because keyframes may be close to each other. */
function preciseClock(ms: number): string {
  const tenths = Math.floor(ms / 100);
  return `${formatClock(ms)}.${tenths % 10}`;
}
