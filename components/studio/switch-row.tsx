import { useId } from 'react';
import { Switch } from '../ui/switch.tsx';

type SwitchRowProps = { label: string; hint: string; checked: boolean; onChange: (checked: boolean) => void };

/** A switch with its label, and a few words about what it does. */
export function SwitchRow({ label, hint, checked, onChange }: SwitchRowProps) {
  const id = useId();
  return (
    <div className="flex items-center justify-between gap-4 rounded-xl bg-sunken p-4">
      <label htmlFor={id} className="font-semibold text-sm">
        {label}
        <span id={`${id}-hint`} className="block font-normal text-ink-soft">
          {hint}
        </span>
      </label>
      <Switch id={id} checked={checked} describedBy={`${id}-hint`} onChange={onChange} />
    </div>
  );
}
