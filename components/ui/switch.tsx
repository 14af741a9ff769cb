type SwitchProps = { id: string; checked: boolean; onChange: (checked: boolean) => void; describedBy?: string };

/** A switch that is on or off. Its label is next to it and refers to it by `id`. */
export function Switch({ id, checked, onChange, describedBy }: SwitchProps) {
  return (
    <button
      type="button"
      role="switch"
      id={id}
      aria-checked={checked}
      aria-describedby={describedBy}
      onClick={() => onChange(!checked)}
      // The area that can be pressed is larger than the visible switch, for thumbs.
      className="group after:absolute after:-inset-2 relative h-7 w-12 shrink-0 rounded-full bg-line-strong transition-colors aria-checked:bg-accent"
    >
      <span className="block size-5.5 translate-x-[3px] rounded-full bg-white shadow-sm transition-transform group-aria-checked:translate-x-[23px]" />
    </button>
  );
}
