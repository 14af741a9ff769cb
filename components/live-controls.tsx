'use client';

import { Camera, CameraOff, Mic, MicOff, Square } from 'lucide-react';
import { useState } from 'react';
import type { Switches } from '../lib/browser/camera.ts';
import { Button } from './ui/button.tsx';
import { ConfirmDialog } from './ui/confirm-dialog.tsx';

type LiveControlsProps = {
  stream: MediaStream;
  switches: Switches;
  onSwitch: (change: Partial<Switches>) => void;
  onEnd: () => void;
};

/** Microphone, camera, and the end of the show, which asks back: it is the end for everybody. */
export function LiveControls({ stream, switches, onSwitch, onEnd }: LiveControlsProps) {
  const [asking, setAsking] = useState(false);
  return (
    <div className="grid grid-cols-2 gap-3 sm:flex">
      <Button
        disabled={stream.getAudioTracks().length === 0}
        variant={switches.microphone ? 'secondary' : 'danger'}
        onClick={() => onSwitch({ microphone: !switches.microphone })}
      >
        {switches.microphone ? <Mic aria-hidden="true" /> : <MicOff aria-hidden="true" />}
        {switches.microphone ? 'Mute' : 'Unmute'}
      </Button>
      <Button
        disabled={stream.getVideoTracks().length === 0}
        variant={switches.camera ? 'secondary' : 'danger'}
        onClick={() => onSwitch({ camera: !switches.camera })}
      >
        {switches.camera ? <Camera aria-hidden="true" /> : <CameraOff aria-hidden="true" />}
        {switches.camera ? 'Camera off' : 'Camera on'}
      </Button>
      <Button variant="live" className="col-span-2 sm:ml-auto" onClick={() => setAsking(true)}>
        <Square aria-hidden="true" fill="currentColor" />
        End broadcast
      </Button>
      <ConfirmDialog
        open={asking}
        title="End the broadcast?"
        description="It stops for everyone who is watching. You can go live again at any time."
        confirmLabel="End for everyone"
        cancelLabel="Keep going"
        onConfirm={() => {
          setAsking(false);
          onEnd();
        }}
        onCancel={() => setAsking(false)}
      />
    </div>
  );
}
