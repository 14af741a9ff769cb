import type { LucideIcon } from 'lucide-react';

/** Something on the red banner that a presenter has to know. */
export function LiveChip({ icon: Icon, children }: { icon: LucideIcon; children: string }) {
  return (
    <span className="inline-flex items-center gap-1.5 rounded-full bg-live-ink px-2.5 py-1 sm:px-3 font-semibold text-live text-sm">
      <Icon className="size-4 shrink-0" aria-hidden="true" />
      {children}
    </span>
  );
}
