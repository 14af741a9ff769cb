import type { ComponentProps } from 'react';
import { type ButtonSize, type ButtonVariant, buttonClass } from './button-style.ts';
import { PageLink } from './page-link.tsx';

type ButtonLinkProps = ComponentProps<typeof PageLink> & { variant?: ButtonVariant; size?: ButtonSize };

/** A link to another page of ours that looks like a button. */
export function ButtonLink({ variant, size, className, ...rest }: ButtonLinkProps) {
  const style = { className, ...(variant && { variant }), ...(size && { size }) };
  return <PageLink className={buttonClass(style)} {...rest} />;
}
