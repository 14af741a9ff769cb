import type { ComponentProps } from 'react';
import { type ButtonSize, type ButtonVariant, buttonClass } from './button-style.ts';
import { Spinner } from './spinner.tsx';

type ButtonProps = ComponentProps<'button'> & { variant?: ButtonVariant; size?: ButtonSize; busy?: boolean };

/** A button. While `busy` it shows that something is under way and cannot be pressed. */
export function Button({ variant, size, busy = false, className, children, disabled, ...rest }: ButtonProps) {
  const style = { className, ...(variant && { variant }), ...(size && { size }) };
  return (
    <button type="button" className={buttonClass(style)} disabled={disabled || busy} aria-busy={busy} {...rest}>
      {busy && <Spinner />}
      {children}
    </button>
  );
}
