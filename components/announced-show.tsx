import type { UpcomingShow } from '../lib/signaling.ts';
import { SharePanel } from './share-panel.tsx';
import { useStartWords } from './use-start-words.ts';

/** What the presenter has announced, as the audience reads it, and the ways to send it out. */
export function AnnouncedShow({ show }: { show: UpcomingShow }) {
  const { moment, countdown } = useStartWords(show);
  return (
    <div className="grid gap-4">
      <div className="rounded-xl bg-accent-soft p-4 text-accent-text">
        <p className="break-words font-semibold">{show.title}</p>
        <p className="mt-1">{moment}</p>
        <p className="text-sm tabular-nums">{countdown}</p>
      </div>
      <SharePanel channel={show.channel} title={show.title} />
    </div>
  );
}
