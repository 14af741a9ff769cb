import { clsx } from 'clsx/lite';
import { type PointerEvent, type ReactNode, type RefObject, useLayoutEffect, useRef } from 'react';
import { createPortal } from 'react-dom';

type ModalProps = {
  /** The ids of its title and of its description. */
  labelledBy: string;
  describedBy?: string | undefined;
  /** True for a question that must be answered: a click outside does not close it. */
  alert?: boolean;
  /** The element that gets the focus first. By default it is the first one that the browser finds focusable. */
  firstFocus?: RefObject<HTMLElement | null>;
  onClose: () => void;
  className: string;
  children: ReactNode;
};

/**
 * The browser's own dialog, open for as long as it is rendered. It holds the focus, makes the rest of the page inert,
 * and returns the focus to the element that had it. It also appears over a stage that fills the screen.
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
    // If the element were removed while open, the focus would be lost.
    return () => element?.close();
  }, [firstFocus]);
  // The event target is the element itself only outside its content.
  const isBeside = (event: { target: EventTarget; currentTarget: EventTarget }) => event.target === event.currentTarget;
  return createPortal(
    // biome-ignore lint/a11y/useKeyWithClickEvents: the browser closes it on Escape too.
    <dialog
      ref={dialog}
      role={alert ? 'alertdialog' : undefined}
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      // Browsers may close it without asking at the second Escape. In development, React opens it a second time.
      onClose={(event) => !event.currentTarget.open && onClose()}
      // A text selection that ends outside must not close it.
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
