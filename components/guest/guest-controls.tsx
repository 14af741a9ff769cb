'use client';

import { Camera, CameraOff, LogOut, Mic, MicOff } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Switches } from '../../lib/browser/capture/camera.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';

type GuestControlsProps = {
  switches: Switches;
  hasCamera: boolean;
  hasMicrophone: boolean;
  onSwitch: (change: Partial<Switches>) => void;
  onLeave: () => void;
};

/** Microphone, camera, and the way out. It asks first, because the invitation cannot be used again. */
export function GuestControls({ switches, hasCamera, hasMicrophone, onSwitch, onLeave }: GuestControlsProps) {
  const t = useTranslations('guests.show');
  const live = useTranslations('studio.live');
  const [asking, setAsking] = useState(false);
  const { microphone, camera } = switches;
  return (
    <div className="grid grid-cols-2 gap-3 sm:flex">
      <Button
        disabled={!hasMicrophone}
        variant={microphone ? 'secondary' : 'danger'}
        className={microphone ? undefined : 'bg-live-soft!'}
        onClick={() => onSwitch({ microphone: !microphone })}
      >
        {microphone ? <Mic aria-hidden="true" /> : <MicOff aria-hidden="true" />}
        {microphone ? live('mute') : live('unmute')}
      </Button>
      <Button
        disabled={!hasCamera}
        variant={camera ? 'secondary' : 'danger'}
        className={camera ? undefined : 'bg-live-soft!'}
        onClick={() => onSwitch({ camera: !camera })}
      >
        {camera ? <Camera aria-hidden="true" /> : <CameraOff aria-hidden="true" />}
        {camera ? live('cameraOff') : live('cameraOn')}
      </Button>
      <Button variant="danger" className="col-span-2 sm:ml-auto" onClick={() => setAsking(true)}>
        <LogOut aria-hidden="true" />
        {t('leave')}
      </Button>
      <ConfirmDialog
        open={asking}
        title={t('leaveTitle')}
        description={t('leaveExplanation')}
        confirmLabel={t('leaveConfirm')}
        cancelLabel={t('leaveCancel')}
        onConfirm={() => {
          setAsking(false);
          onLeave();
        }}
        onCancel={() => setAsking(false)}
      />
    </div>
  );
}
