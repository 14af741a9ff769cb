import { Switch as RadixSwitch } from 'radix-ui';

type SwitchProps = { id: string; checked: boolean; onChange: (checked: boolean) => void; describedBy?: string };

/** Something that is on or off. Its label stands beside it and names it by `id`. */
export function Switch({ id, checked, onChange, describedBy }: SwitchProps) {
  return (
    <RadixSwitch.Root
      id={id}
      checked={checked}
      onCheckedChange={onChange}
      aria-describedby={describedBy}
      // The thumb that presses it is larger than it looks.
      className="after:absolute after:-inset-2 relative h-7 w-12 shrink-0 rounded-full bg-line-strong transition-colors data-[state=checked]:bg-accent"
    >
      <RadixSwitch.Thumb className="block size-5.5 translate-x-[3px] rounded-full bg-white shadow-sm transition-transform data-[state=checked]:translate-x-[23px]" />
    </RadixSwitch.Root>
  );
}
