import type { ReactNode } from 'react';
import { AudienceSeats } from './audience-seats.tsx';

type EmptyStateProps = {
  title: string;
  children: ReactNode;
  actions?: ReactNode;
  /** 2 if the page has a heading of its own above. */
  level?: 1 | 2;
};

/** Shown where there is no content yet, with what one can do about it. */
export function EmptyState({ title, children, actions, level = 1 }: EmptyStateProps) {
  const Heading = level === 1 ? 'h1' : 'h2';
  return (
    <div className="grid justify-items-center rounded-3xl border border-line border-dashed px-6 py-12 text-center sm:py-16">
      <AudienceSeats taken={0} className="w-56 text-accent" />
      <Heading className="mt-8 font-semibold text-xl">{title}</Heading>
      <div className="mt-2 max-w-md text-ink-soft">{children}</div>
      {actions && <div className="mt-6 flex flex-wrap justify-center gap-3">{actions}</div>}
    </div>
  );
}
