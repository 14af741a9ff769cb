import type { Recording } from '../lib/recording.ts';
import { RecordingActions } from './recording-actions.tsx';
import { RecordingFacts } from './recording-facts.tsx';
import { RecordingStateBadge } from './recording-state-badge.tsx';
import { Card } from './ui/card.tsx';
import { PageLink } from './ui/page-link.tsx';

type RecordingRowProps = { recording: Recording; onPlay: () => void; onDelete: () => void };

/** One recording in the list. */
export function RecordingRow({ recording, onPlay, onDelete }: RecordingRowProps) {
  return (
    <Card className="grid grid-cols-1 gap-4 p-4 sm:p-5 lg:grid-cols-[minmax(0,1fr)_auto] lg:items-center">
      <div className="min-w-0">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h2 className="min-w-0 truncate font-semibold text-lg">
            <PageLink href={`/recordings/${encodeURIComponent(recording.id)}`} className="rounded hover:underline">
              {recording.title}
            </PageLink>
          </h2>
          <RecordingStateBadge recording={recording} />
        </div>
        <RecordingFacts recording={recording} />
      </div>
      <RecordingActions recording={recording} onPlay={onPlay} onDelete={onDelete} />
    </Card>
  );
}
