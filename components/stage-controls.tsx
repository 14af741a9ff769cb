import { Maximize, Volume2, VolumeX } from 'lucide-react';
import { Button } from './ui/button.tsx';

type StageControlsProps = {
  muted: boolean;
  volume: number;
  onMutedChange: (muted: boolean) => void;
  onVolumeChange: (volume: number) => void;
  onFullScreen: () => void;
};

/** Sound and full screen. The slider is for mice: phones have keys for it, and some forbid pages to touch it. */
export function StageControls({ muted, volume, onMutedChange, onVolumeChange, onFullScreen }: StageControlsProps) {
  return (
    <div className="absolute right-3 bottom-3 left-3 z-20 flex items-center gap-2">
      <Button variant="stage" size="icon" onClick={() => onMutedChange(!muted)}>
        {muted ? <VolumeX aria-hidden="true" /> : <Volume2 aria-hidden="true" />}
        <span className="sr-only">{muted ? 'Turn sound on' : 'Turn sound off'}</span>
      </Button>
      <label className="hidden min-h-11 items-center rounded-xl bg-stage-raised/85 px-3 sm:pointer-fine:flex">
        <span className="sr-only">Volume</span>
        <input
          type="range"
          min={0}
          max={1}
          step={0.05}
          value={muted ? 0 : volume}
          onChange={(event) => onVolumeChange(event.currentTarget.valueAsNumber)}
          className="w-24 accent-stage-accent"
        />
      </label>
      <Button variant="stage" size="icon" className="ml-auto" onClick={onFullScreen}>
        <Maximize aria-hidden="true" />
        <span className="sr-only">Full screen</span>
      </Button>
    </div>
  );
}
