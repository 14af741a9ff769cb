import type { ReactNode } from 'react';

type FieldProps = { label: string; htmlFor: string; hint?: ReactNode; error?: string | null; children: ReactNode };

/** The ids by which a control finds its hint and its error. */
export const fieldHintId = (id: string) => `${id}-hint`;

/** A control with its label above and, below, what it is for or what is wrong with it. */
export function Field({ label, htmlFor, hint, error, children }: FieldProps) {
  return (
    <div className="grid gap-1.5">
      <label htmlFor={htmlFor} className="font-semibold text-ink text-sm">
        {label}
      </label>
      {children}
      {(error || hint) && (
        <p id={fieldHintId(htmlFor)} className={error ? 'text-live-text text-sm' : 'text-ink-soft text-sm'}>
          {error || hint}
        </p>
      )}
    </div>
  );
}
