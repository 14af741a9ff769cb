import { ChevronDown, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

type FoldPanelProps = {
  icon: LucideIcon;
  title: string;
  open: boolean;
  onToggle: (open: boolean) => void;
  children: ReactNode;
};

/** A part of a form that most people do not need, behind its title. */
export function FoldPanel({ icon: Icon, title, open, onToggle, children }: FoldPanelProps) {
  return (
    <details
      open={open}
      onToggle={(event) => onToggle(event.currentTarget.open)}
      className="group border-line border-t pt-1"
    >
      <summary className="flex min-h-11 cursor-pointer items-center gap-2 rounded-xl font-semibold text-[0.9375rem]">
        <Icon className="size-5 text-accent-text" aria-hidden="true" />
        {title}
        <ChevronDown
          className="ml-auto size-4 text-ink-soft transition-transform group-open:rotate-180"
          aria-hidden="true"
        />
      </summary>
      {children}
    </details>
  );
}
