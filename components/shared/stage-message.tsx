import { clsx } from 'clsx/lite';
import type { ReactNode } from 'react';
import { AudienceSeats } from '../ui/audience-seats.tsx';
import { Spinner } from '../ui/spinner.tsx';

type StageMessageProps = {
  title: string;
  /** A few words above the title that say where this is. */
  eyebrow?: string;
  /** Something is in progress and will be over in seconds. */
  busy?: boolean;
  /** The text is so long that a phone has no room for the seats. */
  wordy?: boolean;
  /** Waiting for something that may take a long time. */
  waiting?: boolean;
  /** The last picture shows through. */
  translucent?: boolean;
  actions?: ReactNode;
  children?: ReactNode;
};

/** A few words in the middle of the stage. */
export function StageMessage({
  title,
  eyebrow,
  busy,
  wordy = false,
  waiting = false,
  translucent,
  actions,
  children,
}: StageMessageProps) {
  return (
    <div
      className={clsx(
        'absolute inset-0 z-10 grid place-content-center justify-items-center overflow-y-auto px-6 text-center text-stage-ink',
        // The controls over the picture stay visible, so the text keeps clear of them.
        translucent ? 'bg-black/75 pt-9 pb-15 backdrop-blur-sm sm:py-4' : 'bg-stage py-4',
      )}
    >
      {busy ? (
        <Spinner className="size-9 text-stage-accent" />
      ) : (
        <AudienceSeats
          taken={0}
          waiting={waiting}
          className={clsx('w-32 text-stage-accent sm:block sm:w-52', (actions || wordy) && 'hidden')}
        />
      )}
      {eyebrow !== undefined && (
        <p className="mt-4 break-all font-medium text-sm text-stage-accent sm:mt-6 sm:text-base">{eyebrow}</p>
      )}
      <p
        className={clsx(
          'font-semibold text-lg tracking-[-0.02em] sm:text-2xl',
          eyebrow !== undefined ? 'mt-1' : wordy ? 'sm:mt-6' : 'mt-4 sm:mt-6',
        )}
      >
        {title}
      </p>
      {children && <p className="mt-1.5 max-w-md text-sm text-stage-soft sm:text-base">{children}</p>}
      {actions && <div className="dark mt-4 flex flex-wrap justify-center gap-3 sm:mt-6">{actions}</div>}
    </div>
  );
}
