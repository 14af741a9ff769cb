'use client';

import { LogOut } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Switches } from '../../lib/browser/capture/camera.ts';
import { MediaSwitches } from '../studio/sources/media-switches.tsx';
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
  const [asking, setAsking] = useState(false);
  return (
    <div className="grid grid-cols-2 gap-3 sm:flex">
      <MediaSwitches hasMicrophone={hasMicrophone} hasCamera={hasCamera} switches={switches} onSwitch={onSwitch} />
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
