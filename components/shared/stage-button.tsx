import type { ReactNode } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { Button } from '../ui/button.tsx';

type StageButtonProps = {
  label: string;
  /** The key that does the same. */
  keys?: string;
  /** For a button that shows or hides something. */
  expanded?: boolean;
  onClick: () => void;
  children: ReactNode;
};

/** An icon button on the picture. */
export function StageButton({ label, keys, expanded, onClick, children }: StageButtonProps) {
  return (
    <Button
      variant="stage"
      size="icon"
      onClick={onClick}
      title={label}
      aria-label={label}
      {...(keys !== undefined && { 'aria-keyshortcuts': keys })}
      {...(expanded !== undefined && { 'aria-expanded': expanded })}
    >
      {children}
    </Button>
  );
}

type StageVolumeProps = { volume: number; onChange: (volume: number) => void };

/** The volume slider, for mice: phones have keys for the volume, and some do not let pages change it. */
export function StageVolume({ volume, onChange }: StageVolumeProps) {
  const t = useTranslations('watch.controls');
  const format = useFormatter();
  return (
    <label className="hidden min-h-11 items-center rounded-xl bg-stage-raised/85 px-3 @lg/stage:pointer-fine:flex">
      <span className="sr-only">{t('volume')}</span>
      <input
        type="range"
        min={0}
        max={1}
        step={0.05}
        value={volume}
        aria-valuetext={format.number(volume, { style: 'percent' })}
        onChange={(event) => onChange(event.currentTarget.valueAsNumber)}
        className="w-24 accent-stage-accent"
      />
    </label>
  );
}
