import { clsx } from 'clsx/lite';
import type { ComponentProps } from 'react';

/** A sheet of paper on the page. */
export function Card({ className, ...rest }: ComponentProps<'div'>) {
  return <div className={clsx('rounded-2xl border border-line bg-surface shadow-card', className)} {...rest} />;
}
