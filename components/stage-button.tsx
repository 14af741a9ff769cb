import type { ReactNode } from 'react';
import { Button } from './ui/button.tsx';

type StageButtonProps = {
  label: string;
  /** The key that does the same. */
  keys?: string;
  /** For what is shown or hidden. */
  expanded?: boolean;
  onClick: () => void;
  children: ReactNode;
};

/** A symbol on the picture that can be pressed. */
export function StageButton({ label, keys, expanded, onClick, children }: StageButtonProps) {
  return (
    <Button
      variant="stage"
      size="icon"
      onClick={onClick}
      title={label}
      aria-label={label}
      {...(keys !== undefined && { 'aria-keyshortcuts': keys })}
      {...(expanded !== undefined && { 'aria-expanded': expanded })}
    >
      {children}
    </Button>
  );
}
