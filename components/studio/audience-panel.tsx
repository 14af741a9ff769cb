import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { BroadcastView } from '../../lib/signaling.ts';
import type { LowerTier } from '../../lib/tiers.ts';
import { AudienceSeats } from '../ui/audience-seats.tsx';
import { Card } from '../ui/card.tsx';
import { SharePanel } from './share-panel.tsx';
import { ShowTitle } from './show-title.tsx';

type AudiencePanelProps = {
  broadcast: BroadcastView;
  /** The smaller pictures that the uplink does not bear. */
  withheldTiers: readonly LowerTier[];
  /** False while the server cannot be reached. */
  ready: boolean;
  onRename: (title: string) => Promise<void>;
  children: ReactNode;
};

/** What is on, how many watch, and ways to invite more. `children` are rendered below. */
export function AudiencePanel({ broadcast, withheldTiers, ready, onRename, children }: AudiencePanelProps) {
  const t = useTranslations('studio.audience');
  const { channel, title, viewers, narrowViewers } = broadcast;
  return (
    <Card className="grid grid-cols-1 gap-5 p-5 sm:p-6">
      <div>
        <ShowTitle title={title} ready={ready} onRename={onRename} />
        <p className="text-ink-soft">{t('channel', { channel })}</p>
      </div>
      <div className="grid justify-items-center rounded-xl bg-stage px-4 pt-6 pb-4 text-stage-accent">
        <AudienceSeats taken={viewers} className="w-56" />
        <p className="mt-3 text-balance text-center text-sm text-stage-soft">
          {viewers === 0 ? t('nobody') : t('inTheHouse', { count: viewers })}
        </p>
        {narrowViewers > 0 && (
          <p className="mt-1 text-balance text-center text-sm text-stage-soft">
            {t('narrow', { narrow: narrowViewers, count: viewers })}
          </p>
        )}
        {withheldTiers.length > 0 && (
          <p className="mt-1 text-balance text-center text-sm text-stage-soft">
            {t(withheldTiers.includes('low') ? 'soundOnly' : 'lowOnly')}
          </p>
        )}
      </div>
      <SharePanel channel={channel} title={title} />
      {children}
    </Card>
  );
}
