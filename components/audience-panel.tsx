import type { ReactNode } from 'react';
import { formatViewers } from '../lib/browser/format.ts';
import type { BroadcastView } from '../lib/signaling.ts';
import { AudienceSeats } from './audience-seats.tsx';
import { Card } from './ui/card.tsx';
import { WatchLink } from './watch-link.tsx';

/** Who watches, and the link that brings more. `children` stand below. */
export function AudiencePanel({ broadcast, children }: { broadcast: BroadcastView; children: ReactNode }) {
  const { channel, title, viewers } = broadcast;
  return (
    <Card className="grid grid-cols-1 gap-5 p-5 sm:p-6">
      <div>
        <h2 className="break-words font-semibold text-lg">{title}</h2>
        <p className="text-ink-soft">Channel {channel}</p>
      </div>
      <div className="grid justify-items-center rounded-xl bg-stage px-4 pt-6 pb-4 text-stage-accent">
        <AudienceSeats taken={viewers} className="w-56" />
        <p className="mt-3 text-sm text-stage-soft">
          {viewers === 0 ? 'Nobody is watching yet. Send them the link.' : `${formatViewers(viewers)} in the house`}
        </p>
      </div>
      <WatchLink channel={channel} variant="primary" />
      {children}
    </Card>
  );
}
