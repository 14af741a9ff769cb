'use client';

import { Square } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Switches } from '../../lib/browser/capture/camera.ts';
import { useKeySwitch } from '../../lib/browser/page/key-switch.ts';
import { useShortcuts } from '../../lib/browser/page/shortcut-key.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { MediaSwitches } from './sources/media-switches.tsx';
import { StudioKeys } from './studio-keys.tsx';

type LiveControlsProps = {
  /** Whether there is a microphone to mute, and a camera in the picture. */
  hasMicrophone: boolean;
  hasCamera: boolean;
  switches: Switches;
  onSwitch: (change: Partial<Switches>) => void;
  onEnd: () => void;
};

/** Microphone, camera, and the button that ends the show. It asks first, because it ends the show for everyone. */
export function LiveControls({ hasMicrophone, hasCamera, switches, onSwitch, onEnd }: LiveControlsProps) {
  const t = useTranslations('studio.live');
  const [asking, setAsking] = useState(false);
  const { microphone, camera } = switches;
  const [keysShown, setKeysShown] = useState(false);
  const { keysOn, setKeysOn } = useKeySwitch();
  useShortcuts(keysOn, {
    '?': () => setKeysShown(true),
    m: () => hasMicrophone && onSwitch({ microphone: !microphone }),
    v: () => hasCamera && onSwitch({ camera: !camera }),
  });
  return (
    <div className="grid grid-cols-2 gap-3 sm:flex">
      <MediaSwitches
        hasMicrophone={hasMicrophone}
        hasCamera={hasCamera}
        switches={switches}
        onSwitch={onSwitch}
        keysOn={keysOn}
      />
      <StudioKeys shown={keysShown} onShow={setKeysShown} on={keysOn} onSwitch={setKeysOn} />
      <Button variant="live" className="col-span-2 sm:ml-auto" onClick={() => setAsking(true)}>
        <Square aria-hidden="true" fill="currentColor" />
        {t('end.button')}
      </Button>
      <ConfirmDialog
        open={asking}
        title={t('end.title')}
        description={t('end.description')}
        confirmLabel={t('end.confirm')}
        cancelLabel={t('end.cancel')}
        onConfirm={() => {
          setAsking(false);
          onEnd();
        }}
        onCancel={() => setAsking(false)}
      />
    </div>
  );
}
