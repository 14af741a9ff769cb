'use client';

import { Camera, CameraOff, Mic, MicOff, Square } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Switches } from '../../lib/browser/capture/camera.ts';
import { useKeySwitch } from '../../lib/browser/page/key-switch.ts';
import { useShortcuts } from '../../lib/browser/page/shortcut-key.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
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
      <Button
        disabled={!hasMicrophone}
        variant={microphone ? 'secondary' : 'danger'}
        className={microphone ? undefined : 'bg-live-soft!'}
        {...(keysOn && { 'aria-keyshortcuts': 'm' })}
        onClick={() => onSwitch({ microphone: !microphone })}
      >
        {microphone ? <Mic aria-hidden="true" /> : <MicOff aria-hidden="true" />}
        {microphone ? t('mute') : t('unmute')}
        {keysOn && <KeyHint>M</KeyHint>}
      </Button>
      <Button
        disabled={!hasCamera}
        variant={camera ? 'secondary' : 'danger'}
        className={camera ? undefined : 'bg-live-soft!'}
        {...(keysOn && { 'aria-keyshortcuts': 'v' })}
        onClick={() => onSwitch({ camera: !camera })}
      >
        {camera ? <Camera aria-hidden="true" /> : <CameraOff aria-hidden="true" />}
        {camera ? t('cameraOff') : t('cameraOn')}
        {keysOn && <KeyHint>V</KeyHint>}
      </Button>
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

/** The key that does the same, for people who have a keyboard. Assistive technology reads `aria-keyshortcuts`. */
function KeyHint({ children }: { children: string }) {
  return (
    <span
      aria-hidden="true"
      className="hidden rounded-md border border-current/30 px-1.5 text-xs opacity-70 sm:pointer-fine:inline"
    >
      {children}
    </span>
  );
}
