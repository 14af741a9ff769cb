'use client';

import { clsx } from 'clsx/lite';
import { DoorOpen, Radio } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { isMirrored } from '../../lib/browser/capture/camera.ts';
import type { GuestSession, GuestState } from '../../lib/browser/guests/guest-session.ts';
import { useStore } from '../../lib/browser/page/use-store.ts';
import { presenterId } from '../../lib/guests.ts';
import { ErrorNotice } from '../shared/error-notice.tsx';
import { PersonPicture } from '../shared/person-picture.tsx';
import { TabTitle } from '../shared/tab-title.tsx';
import { MicrophoneMeter } from '../studio/sources/microphone-meter.tsx';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { GuestControls } from './guest-controls.tsx';
import { GuestDevices } from './guest-door.tsx';

type GuestShowProps = { session: GuestSession; state: Extract<GuestState, { phase: 'taking-part' }> };

/** A guest in the green room or on air: whether anybody sees them, the others, and their own devices. */
export function GuestShow({ session, state }: GuestShowProps) {
  const t = useTranslations('guests.show');
  const { view, id, isAway } = state;
  const media = useStore(session.media);
  const capture = useStore(session.capture);
  const switches = useStore(session.switches);
  const isSoundBlocked = useStore(session.isSoundBlocked);
  const me = view.guests.find((guest) => guest.id === id);
  const isOnAir = me?.place === 'on-air';
  useEffect(() => {
    // The invitation is used up; the address need not show it to anyone looking over the shoulder.
    history.replaceState(history.state, '', location.pathname + location.search);
  }, []);
  return (
    <>
      <GuestBanner isOnAir={isOnAir} />
      <div className="mt-5 grid grid-cols-1 gap-4">
        {isAway && (
          <Notice tone="warning" title={t('away')}>
            {t('awayHint')}
          </Notice>
        )}
        {!view.presenter.isConnected && !isAway && (
          <Notice tone="warning" title={t('presenterAway')}>
            {t('presenterAwayHint')}
          </Notice>
        )}
        {me?.isMuted && (
          <Notice tone="neutral" title={t('mutedByPresenter')}>
            {t('mutedByPresenterHint')}
          </Notice>
        )}
        {isSoundBlocked && (
          <Notice tone="warning" title={t('soundBlocked')}>
            <Button variant="primary" className="mt-1" onClick={() => session.allowSound()}>
              {t('allowSound')}
            </Button>
          </Notice>
        )}
        {media.problem !== null && <ErrorNotice error={media.problem} />}
        <People session={session} state={state} />
        <GuestControls
          switches={switches}
          hasCamera={(media.stream?.getVideoTracks().length ?? 0) > 0}
          hasMicrophone={capture.microphone !== null}
          onSwitch={(change) => session.switchOn(change)}
          onLeave={() => void session.leave()}
        />
        {media.stream !== null && (
          <MicrophoneMeter stream={capture.microphone ?? media.stream} on={switches.microphone} />
        )}
        <GuestDevices session={session} />
      </div>
    </>
  );
}

/** Whether the audience sees and hears the guest. It stays in sight. */
function GuestBanner({ isOnAir }: { isOnAir: boolean }) {
  const t = useTranslations('guests.show');
  const Icon = isOnAir ? Radio : DoorOpen;
  return (
    <div
      data-banner=""
      className={clsx(
        'sticky top-2 z-30 rounded-2xl px-5 py-3.5 shadow-card',
        isOnAir ? 'bg-live text-live-ink' : 'border border-line bg-surface text-ink',
      )}
    >
      <TabTitle title={t(isOnAir ? 'tabOnAir' : 'tabGreenRoom')} />
      <div role="status">
        <h1 tabIndex={-1} className="outline-none flex items-center gap-3 font-bold text-xl sm:text-2xl">
          <Icon className="size-6 shrink-0" aria-hidden="true" />
          {t(isOnAir ? 'onAir' : 'greenRoom')}
        </h1>
        <p className={isOnAir ? 'mt-0.5' : 'mt-0.5 text-ink-soft'}>{t(isOnAir ? 'onAirHint' : 'greenRoomHint')}</p>
      </div>
    </div>
  );
}

/** The guest's own picture, and those who are on air. */
function People({ session, state }: GuestShowProps) {
  const t = useTranslations('guests.show');
  const { view, id } = state;
  const media = useStore(session.media);
  const switches = useStore(session.switches);
  const streams = useStore(session.streams);
  const me = view.guests.find((guest) => guest.id === id);
  const [own] = media.stream?.getVideoTracks() ?? [];
  const others = view.guests.filter((guest) => guest.id !== id && guest.place === 'on-air');
  const presenter = streams.get(presenterId) ?? null;
  const hasPresenter = useHasPicture(presenter);
  return (
    <ul className="grid grid-cols-1 gap-3 sm:grid-cols-2 lg:grid-cols-3">
      <li>
        <PersonPicture
          stream={media.stream}
          name={t('you', { name: me?.name ?? '' })}
          hasPicture={own !== undefined && switches.camera}
          isMirrored={own !== undefined && isMirrored(own)}
          isMuted={!switches.microphone || me?.isMuted === true}
        />
      </li>
      {view.presenter.isConnected && (
        <li>
          <PersonPicture stream={presenter} name={view.presenter.name || t('presenter')} hasPicture={hasPresenter} />
        </li>
      )}
      {others.map((guest) => (
        <li key={guest.id}>
          <PersonPicture
            stream={streams.get(guest.id) ?? null}
            name={guest.name}
            hasPicture={guest.cameraOn && guest.isConnected && streams.has(guest.id)}
            isMuted={guest.isMuted || !guest.microphoneOn}
          />
        </li>
      ))}
    </ul>
  );
}

/** Whether a received stream shows anything: a track that gets nothing is muted by the browser. */
function useHasPicture(stream: MediaStream | null): boolean {
  const [has, setHas] = useState(false);
  useEffect(() => {
    const [track] = stream?.getVideoTracks() ?? [];
    const update = () => setHas(track !== undefined && !track.muted);
    update();
    track?.addEventListener('mute', update);
    track?.addEventListener('unmute', update);
    return () => {
      track?.removeEventListener('mute', update);
      track?.removeEventListener('unmute', update);
    };
  }, [stream]);
  return has;
}
