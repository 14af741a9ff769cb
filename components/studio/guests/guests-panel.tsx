'use client';

import { Users } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useStore } from '../../../lib/browser/page/use-store.ts';
import type { SoundMode } from '../../../lib/browser/rtc/sound-mode.ts';
import type { StudioGuests } from '../../../lib/browser/studio/studio-guests.ts';
import { Card } from '../../ui/card.tsx';
import { FoldPanel } from '../../ui/fold-panel.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { GuestDeskView } from './guest-desk-view.tsx';

type GuestsPanelProps = {
  guests: StudioGuests;
  channel: string;
  ready: boolean;
  /** The mode of the microphone; `null` if there is none. */
  sound: SoundMode | null;
};

/** The guests of the show. What it needs is loaded when it is opened, or when there is a guest. */
export function GuestsPanel({ guests, channel, ready, sound }: GuestsPanelProps) {
  const t = useTranslations('guests.desk');
  const desk = useStore(guests.desk);
  const [isClosed, setClosed] = useState(false);
  const [isOpened, setOpened] = useState(false);
  // With guests there, it opens by itself once.
  const open = isOpened || (desk !== null && !isClosed);
  return (
    <Card className="px-5 pt-1 pb-2 sm:px-6">
      <div className="[&>details]:border-t-0">
        <FoldPanel
          icon={Users}
          title={t('title')}
          open={open}
          onToggle={(opened) => {
            setOpened(opened);
            setClosed(!opened);
            if (opened) guests.load();
          }}
        >
          {open && desk === null && <Spinner className="m-4" />}
          {open && desk !== null && <GuestDeskView desk={desk} channel={channel} ready={ready} sound={sound} />}
        </FoldPanel>
      </div>
    </Card>
  );
}
