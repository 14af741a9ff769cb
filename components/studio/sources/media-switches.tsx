import { Camera, CameraOff, Mic, MicOff } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Switches } from '../../../lib/browser/capture/camera.ts';
import { Button } from '../../ui/button.tsx';

type MediaSwitchesProps = {
  /** Whether there is a microphone to mute, and a camera in the picture. */
  hasMicrophone: boolean;
  hasCamera: boolean;
  switches: Switches;
  onSwitch: (change: Partial<Switches>) => void;
  /** Whether the keys M and V do the same. */
  keysOn?: boolean;
};

/** The buttons that mute the microphone and turn the camera off, and back on. */
export function MediaSwitches({ hasMicrophone, hasCamera, switches, onSwitch, keysOn = false }: MediaSwitchesProps) {
  const t = useTranslations('studio.live');
  const { microphone, camera } = switches;
  return (
    <>
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
    </>
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
