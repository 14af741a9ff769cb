import { clsx } from 'clsx/lite';
import type { ComponentProps } from 'react';
import { PageLink } from './page-link.tsx';
import { Spinner } from './spinner.tsx';

/** The weight of a button: one `primary` per view, `live` to begin and end a show, `stage` on top of a picture. */
type ButtonVariant = 'primary' | 'secondary' | 'ghost' | 'live' | 'danger' | 'stage';
/** The size of a button; `icon` is square and needs an accessible name. */
type ButtonSize = 'md' | 'lg' | 'icon';

const variants: Record<ButtonVariant, string> = {
  primary: 'bg-accent text-accent-ink hover:bg-accent-hover',
  secondary: 'border border-line-strong/50 bg-surface text-ink hover:border-line-strong hover:bg-sunken',
  ghost: 'text-ink-soft hover:bg-sunken hover:text-ink',
  live: 'bg-live text-live-ink hover:bg-live-hover',
  danger: 'border border-live/50 bg-surface text-live-text hover:bg-live-soft',
  stage: 'bg-stage-raised/85 text-stage-ink hover:bg-stage-line',
};

const sizes: Record<ButtonSize, string> = {
  md: 'min-h-11 px-4 text-[0.9375rem]',
  lg: 'min-h-13 px-6 text-base',
  icon: 'size-11',
};

/** The classes of a button, for buttons and for links that look like one. */
export function buttonClass(options: { variant?: ButtonVariant; size?: ButtonSize; className?: string | undefined }) {
  const { variant = 'secondary', size = 'md', className } = options;
  return clsx(
    'inline-flex shrink-0 select-none items-center justify-center gap-2 rounded-xl font-semibold tracking-[-0.01em]',
    'transition-[background-color,border-color,color,transform] duration-150 active:translate-y-px',
    'disabled:pointer-events-none disabled:opacity-50 [&_svg]:size-[1.15em] [&_svg]:shrink-0',
    variants[variant],
    sizes[size],
    className,
  );
}

type ButtonProps = ComponentProps<'button'> & { variant?: ButtonVariant; size?: ButtonSize; busy?: boolean };

/** A button. While `busy`, it shows that something is in progress and cannot be pressed. */
export function Button({ variant, size, busy = false, className, children, disabled, ...rest }: ButtonProps) {
  const style = { className, ...(variant && { variant }), ...(size && { size }) };
  return (
    <button type="button" className={buttonClass(style)} disabled={disabled || busy} aria-busy={busy} {...rest}>
      {busy && <Spinner />}
      {children}
    </button>
  );
}

type ButtonLinkProps = ComponentProps<typeof PageLink> & { variant?: ButtonVariant; size?: ButtonSize };

/** A link to another page of ours that looks like a button. */
export function ButtonLink({ variant, size, className, ...rest }: ButtonLinkProps) {
  const style = { className, ...(variant && { variant }), ...(size && { size }) };
  return <PageLink className={buttonClass(style)} {...rest} />;
}
