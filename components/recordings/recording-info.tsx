import { useTranslations } from 'use-intl';
import { formatClock } from '../../lib/browser/page/format.ts';
import type { Recording } from '../../lib/recording.ts';
import { useFormattedText } from '../shared/use-formatted-text.ts';
import { useRecordingProblemText } from '../shared/use-recording-problem-text.ts';
import { Badge, LiveBadge } from '../ui/badge.tsx';

/** The details of a recording: where, when, how long, how large, and what went wrong if something did. */
export function RecordingInfo({ recording }: { recording: Recording }) {
  const t = useTranslations('library.recording');
  const format = useFormattedText();
  const problemText = useRecordingProblemText();
  const { channel, startedAt, durationMs, sizeBytes, failure } = recording;
  const info = [
    { name: t('channel'), value: channel },
    { name: t('date'), value: <time dateTime={new Date(startedAt).toISOString()}>{format.moment(startedAt)}</time> },
    ...(durationMs === null ? [] : [{ name: t('length'), value: formatClock(durationMs) }]),
    ...(sizeBytes === 0 ? [] : [{ name: t('size'), value: format.size(sizeBytes) }]),
  ];
  return (
    <>
      <dl className="mt-1 flex flex-wrap gap-x-4 gap-y-0.5 text-ink-soft text-sm tabular-nums">
        {info.map(({ name, value }) => (
          <div key={name}>
            <dt className="sr-only">{name}</dt>
            <dd>{value}</dd>
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
