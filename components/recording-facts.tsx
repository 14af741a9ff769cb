import { formatBytes, formatClock, formatMoment } from '../lib/browser/format.ts';
import type { Recording } from '../lib/recording.ts';

/** What is to know of a recording: where, when, how long, how large, and what went wrong if something did. */
export function RecordingFacts({ recording }: { recording: Recording }) {
  const { channel, startedAt, durationMs, sizeBytes, failure } = recording;
  const facts = [
    { name: 'Channel', value: channel },
    { name: 'Date', value: formatMoment(startedAt) },
    ...(durationMs === null ? [] : [{ name: 'Length', value: formatClock(durationMs) }]),
    ...(sizeBytes === 0 ? [] : [{ name: 'Size', value: formatBytes(sizeBytes) }]),
  ];
  return (
    <>
      <dl className="mt-1 flex flex-wrap gap-x-4 gap-y-0.5 text-ink-soft text-sm tabular-nums">
        {facts.map(({ name, value }) => (
          <div key={name}>
            <dt className="sr-only">{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {failure !== null && <p className="mt-2 text-live-text text-sm">{failure}</p>}
    </>
  );
}
