import { clsx } from 'clsx/lite';
import { type PointerEvent, type ReactNode, type RefObject, useLayoutEffect, useRef } from 'react';
import { createPortal } from 'react-dom';

type ModalProps = {
  /** The ids of its title and of what describes it. */
  labelledBy: string;
  describedBy?: string | undefined;
  /** True for a question that has to be answered: a click beside it does not close it. */
  alert?: boolean;
  /** Where the focus begins; without it, where the browser finds something that can have it. */
  firstFocus?: RefObject<HTMLElement | null>;
  onClose: () => void;
  className: string;
  children: ReactNode;
};

/**
 * A dialog of the browser's own, open for as long as it is rendered: it holds the focus, makes the rest of the page
 * inert, and gives the focus back to what had it. It shows over a stage that fills the screen, too.
 */
export function Modal({
  labelledBy,
  describedBy,
  alert = false,
  firstFocus,
  onClose,
  className,
  children,
}: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const pressedBeside = useRef(false);
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    firstFocus?.current?.focus();
    // An element that is removed while it is open would leave the focus nowhere.
    return () => element?.close();
  }, [firstFocus]);
  // The element itself is hit only beside its content.
  const isBeside = (event: { target: EventTarget; currentTarget: EventTarget }) => event.target === event.currentTarget;
  return createPortal(
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it too, by itself.
    <dialog
      ref={dialog}
      role={alert ? 'alertdialog' : undefined}
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      // Browsers may close it without asking, at the second Escape; in development, React opens it a second time.
      onClose={(event) => !event.currentTarget.open && onClose()}
      // A selection of text that ends beside it must not close it.
      onPointerDown={(event: PointerEvent) => {
        pressedBeside.current = isBeside(event);
      }}
      onClick={(event) => !alert && pressedBeside.current && isBeside(event) && onClose()}
      className={clsx(
        'm-auto w-[calc(100%-2rem)] overflow-hidden rounded-2xl border border-line bg-surface p-0 text-ink shadow-pop',
        'backdrop:bg-black/60 backdrop:backdrop-blur-[2px]',
        className,
      )}
    >
      <div className="max-h-[92dvh] overflow-y-auto p-5 sm:p-6">{children}</div>
    </dialog>,
    document.body,
  );
}
