import { clsx } from 'clsx/lite';
import type { ComponentProps, ReactNode } from 'react';

type FieldProps = { label: string; htmlFor: string; hint?: ReactNode; error?: string | null; children: ReactNode };

/** The ids that link a control to its hint and its error. */
export const fieldHintId = (id: string) => `${id}-hint`;

/** A control with its label above, and its hint or its error below. */
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

/** The classes that text fields and selects share. */
export const inputClass =
  'min-h-11 w-full rounded-xl border border-line-strong/60 bg-surface px-3.5 text-base text-ink placeholder:text-ink-soft/70 ' +
  'transition-colors hover:border-line-strong aria-invalid:border-live disabled:opacity-60';

/** A field for one line of text. */
export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input className={clsx(inputClass, className)} {...rest} />;
}
