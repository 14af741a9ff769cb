import { clsx } from 'clsx/lite';
import type { ComponentProps } from 'react';

/** The look that text fields and selects share. */
export const inputClass =
  'min-h-11 w-full rounded-xl border border-line-strong/60 bg-surface px-3.5 text-base text-ink placeholder:text-ink-soft/70 ' +
  'transition-colors hover:border-line-strong aria-invalid:border-live disabled:opacity-60';

/** A field for one line of text. */
export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input className={clsx(inputClass, className)} {...rest} />;
}
