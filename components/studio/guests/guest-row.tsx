'use client';

import { ArrowDownToLine, ArrowUpFromLine, Mic, MicOff, UserX } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { GuestAction, GuestView } from '../../../lib/guests.ts';
import { PersonPicture } from '../../shared/person-picture.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';

type GuestRowProps = {
  guest: GuestView;
  stream: MediaStream | null;
  isSpeaking: boolean;
  ready: boolean;
  onAct: (action: GuestAction) => void;
};

/** One guest: what they send, where they are, and what the presenter can do. */
export function GuestRow({ guest, stream, isSpeaking, ready, onAct }: GuestRowProps) {
  const t = useTranslations('guests.desk');
  const { name, isMuted } = guest;
  const isOnAir = guest.place === 'on-air';
  const [asking, setAsking] = useState(false);
  return (
    <li className="grid grid-cols-1 gap-3 sm:grid-cols-[11rem_minmax(0,1fr)]">
      <PersonPicture
        stream={stream}
        name={name}
        hasPicture={stream !== null && guest.cameraOn && guest.isConnected}
        isMuted={isMuted || !guest.microphoneOn}
        isSpeaking={isSpeaking}
      />
      <div className="grid content-start gap-2.5">
        <div className="flex flex-wrap items-center gap-2">
          <p className="font-semibold">
            <bdi>{name}</bdi>
          </p>
          <Badge tone={isOnAir ? 'live' : 'neutral'}>{t(isOnAir ? 'onAir' : 'greenRoom')}</Badge>
          {!guest.isConnected && <Badge tone="warning">{t('away')}</Badge>}
          {guest.isConnected && !guest.isSending && <Badge tone="neutral">{t('connecting')}</Badge>}
          {guest.isConnected && !guest.microphoneOn && <Badge tone="neutral">{t('microphoneOff')}</Badge>}
        </div>
        <div className="flex flex-wrap gap-2">
          <Button
            variant={isOnAir ? 'secondary' : 'live'}
            disabled={!ready}
            aria-label={t(isOnAir ? 'takeDownName' : 'bringOnName', { name })}
            onClick={() => onAct(isOnAir ? 'take-down' : 'bring-on')}
          >
            {isOnAir ? <ArrowDownToLine aria-hidden="true" /> : <ArrowUpFromLine aria-hidden="true" />}
            {t(isOnAir ? 'takeDown' : 'bringOn')}
          </Button>
          <Button
            disabled={!ready}
            aria-label={t(isMuted ? 'unmuteName' : 'muteName', { name })}
            onClick={() => onAct(isMuted ? 'unmute' : 'mute')}
          >
            {isMuted ? <MicOff aria-hidden="true" /> : <Mic aria-hidden="true" />}
            {t(isMuted ? 'unmute' : 'mute')}
          </Button>
          <Button
            variant="ghost"
            disabled={!ready}
            aria-label={t('removeName', { name })}
            onClick={() => setAsking(true)}
          >
            <UserX aria-hidden="true" />
            {t('remove')}
          </Button>
        </div>
      </div>
      <ConfirmDialog
        open={asking}
        title={t('removeTitle', { name })}
        description={t('removeExplanation')}
        confirmLabel={t('removeConfirm')}
        cancelLabel={t('removeCancel')}
        onConfirm={() => {
          setAsking(false);
          onAct('remove');
        }}
        onCancel={() => setAsking(false)}
      />
    </li>
  );
}
