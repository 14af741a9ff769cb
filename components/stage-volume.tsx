import { useFormatter, useTranslations } from 'use-intl';

type StageVolumeProps = { volume: number; onChange: (volume: number) => void };

/** The volume, for mice: phones have keys for it, and some forbid pages to touch it. */
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
