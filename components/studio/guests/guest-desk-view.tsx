'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { GuestDesk } from '../../../lib/browser/guests/guest-desk.ts';
import { useStore } from '../../../lib/browser/page/use-store.ts';
import type { SoundMode } from '../../../lib/browser/rtc/sound-mode.ts';
import { type ErrorBody, toErrorBody } from '../../../lib/errors.ts';
import { ErrorNotice } from '../../shared/error-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { GuestRow } from './guest-row.tsx';
import { InviteGuest } from './invite-guest.tsx';
import { LayoutChooser } from './layout-chooser.tsx';

type GuestDeskViewProps = {
  desk: Pick<GuestDesk, 'state' | 'invite' | 'revoke' | 'direct' | 'arrange'>;
  channel: string;
  ready: boolean;
  /** The mode of the presenter's microphone; `null` if there is none. */
  sound: SoundMode | null;
};

/** Invitations, all guests with what the presenter can do with each, and the arrangement of the pictures. */
export function GuestDeskView({ desk, channel, ready, sound }: GuestDeskViewProps) {
  const t = useTranslations('guests.desk');
  const { view, streams, speaking, isBehind } = useStore(desk.state);
  const [problem, setProblem] = useState<ErrorBody | null>(null);
  const attempt = (action: Promise<unknown>) => {
    action.then(
      () => setProblem(null),
      (error: unknown) => setProblem(toErrorBody(error)),
    );
  };
  const onAir = view.guests.filter(({ place }) => place === 'on-air');
  // Music is sent without echo cancellation, and the guests are played here.
  const needsHeadphones = sound === 'music' && view.guests.some(({ isConnected }) => isConnected);
  return (
    <div className="grid grid-cols-1 gap-5 pt-2 pb-4">
      {needsHeadphones && (
        <Notice tone="warning" title={t('headphones')}>
          {t('headphonesHint')}
        </Notice>
      )}
      {isBehind && (
        <Notice tone="warning" title={t('behind')}>
          {t('behindHint')}
        </Notice>
      )}
      {!view.isMixed && (
        <Notice tone="warning" title={t('notMixed')}>
          {t('notMixedHint')}
        </Notice>
      )}
      {problem !== null && <ErrorNotice error={problem} />}
      {view.guests.length > 0 && (
        <ul aria-label={t('title')} className="grid gap-4">
          {view.guests.map((guest) => (
            <GuestRow
              key={guest.id}
              guest={guest}
              stream={streams.get(guest.id) ?? null}
              isSpeaking={speaking.has(guest.id)}
              ready={ready}
              onAct={(action) => attempt(desk.direct(guest.id, action))}
            />
          ))}
        </ul>
      )}
      {onAir.length > 0 && view.mixing === 'server' && <p className="text-ink-soft text-sm">{t('mixedByServer')}</p>}
      {onAir.length > 0 && view.mixing === 'presenter' && (
        <LayoutChooser view={view} onAir={onAir} ready={ready} onArrange={(change) => attempt(desk.arrange(change))} />
      )}
      <InviteGuest
        desk={desk}
        channel={channel}
        invitations={view.invitations}
        declined={view.declined}
        ready={ready}
        attempt={attempt}
      />
    </div>
  );
}
