import { EyeOff, Lock, Pin, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { formatClock } from '../../lib/browser/page/format.ts';
import type { ListedRecording, Recording } from '../../lib/recording.ts';
import { useFormattedText } from '../shared/use-formatted-text.ts';
import { useRecordingProblemText } from '../shared/use-recording-problem-text.ts';
import { Badge, LiveBadge } from '../ui/badge.tsx';

type RecordingInfoProps = {
  recording: Recording;
  /** False where the length is shown elsewhere; then it is only read out. */
  isLengthShown?: boolean;
};

/** The details of a recording: where, when, how long, how large, and what went wrong if something did. */
export function RecordingInfo({ recording, isLengthShown = true }: RecordingInfoProps) {
  const t = useTranslations('library.recording');
  const format = useFormattedText();
  const problemText = useRecordingProblemText();
  const { channel, startedAt, durationMs, sizeBytes, failure } = recording;
  const info = [
    { name: t('channel'), value: channel, isShown: true },
    {
      name: t('date'),
      value: <time dateTime={new Date(startedAt).toISOString()}>{format.moment(startedAt)}</time>,
      isShown: true,
    },
    ...(durationMs === null ? [] : [{ name: t('length'), value: formatClock(durationMs), isShown: isLengthShown }]),
    ...(sizeBytes === 0 ? [] : [{ name: t('size'), value: format.size(sizeBytes), isShown: true }]),
  ];
  return (
    <>
      <dl className="mt-1 flex flex-wrap gap-x-3 gap-y-0.5 text-ink-soft text-sm tabular-nums">
        {info.map(({ name, value, isShown }) => (
          <div key={name} className={isShown ? 'min-w-0 max-w-full truncate' : 'sr-only'}>
            <dt className="sr-only">{name}</dt>
            <dd className="inline">{value}</dd>
          </div>
        ))}
      </dl>
      {failure !== null && <p className="mt-2 text-live-text text-sm">{problemText(failure)}</p>}
    </>
  );
}

/** The state of a recording, unless it is the usual one. */
export function RecordingStateBadge({ recording }: { recording: Recording }) {
  const t = useTranslations('library.recording');
  switch (recording.state) {
    case 'ready':
      return null;
    case 'recording':
      return <LiveBadge />;
    case 'finishing':
      return <Badge>{t('finishing')}</Badge>;
    case 'failed':
      return <Badge tone="danger">{t('failed')}</Badge>;
  }
}

/** Everything about a recording in the list that is not as usual: its state, who finds it, and what becomes of it. */
export function RecordingBadges({ recording }: { recording: ListedRecording }) {
  const t = useTranslations('library.recording');
  const trash = useTranslations('library.trash');
  const format = useFormattedText();
  const { state, visibility, isKept, leaves, goneAt } = recording;
  const isUsual = state === 'ready' && visibility === 'public' && !isKept && leaves === null && goneAt === null;
  if (isUsual) return null;
  return (
    <div className="mt-2 flex flex-wrap gap-1.5">
      <RecordingStateBadge recording={recording} />
      {visibility === 'unlisted' && (
        <Badge>
          <EyeOff aria-hidden="true" /> {t('unlisted')}
        </Badge>
      )}
      {visibility === 'private' && (
        <Badge>
          <Lock aria-hidden="true" /> {t('private')}
        </Badge>
      )}
      {isKept && (
        <Badge tone="accent">
          <Pin aria-hidden="true" /> {t('kept')}
        </Badge>
      )}
      {leaves !== null && goneAt === null && (
        <Badge tone="warning" isLong>
          <TriangleAlert aria-hidden="true" />{' '}
          {leaves.at === null ? t('leavesForSpace') : t('leavesOn', { date: format.day(leaves.at) })}
        </Badge>
      )}
      {goneAt !== null && (
        <Badge tone="warning" isLong>
          {trash('goneAt', { date: format.moment(goneAt) })}
        </Badge>
      )}
    </div>
  );
}
