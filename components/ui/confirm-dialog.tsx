import { type ReactNode, useId, useRef } from 'react';
import { Button } from './button.tsx';
import { Modal } from './modal.tsx';

type ConfirmDialogProps = {
  open: boolean;
  title: string;
  description: string;
  confirmLabel: string;
  cancelLabel: string;
  confirmDisabled?: boolean;
  onConfirm: () => void;
  onCancel: () => void;
  children?: ReactNode;
};

/** Asks before something that cannot be undone. The focus starts on the cancel button. Either answer must close it. */
export function ConfirmDialog({
  open,
  title,
  description,
  confirmLabel,
  cancelLabel,
  confirmDisabled = false,
  onConfirm,
  onCancel,
  children,
}: ConfirmDialogProps) {
  const id = useId();
  const wayOut = useRef<HTMLButtonElement>(null);
  if (!open) return null;
  return (
    <Modal
      alert
      labelledBy={`${id}-title`}
      describedBy={`${id}-description`}
      firstFocus={wayOut}
      onClose={onCancel}
      className="max-w-md"
    >
      <h2 id={`${id}-title`} className="font-semibold text-lg leading-snug">
        {title}
      </h2>
      <p id={`${id}-description`} className="mt-2 text-ink-soft">
        {description}
      </p>
      {children}
      <div className="mt-6 flex flex-col-reverse gap-3 sm:flex-row sm:justify-end">
        <Button ref={wayOut} onClick={onCancel}>
          {cancelLabel}
        </Button>
        <Button variant="live" disabled={confirmDisabled} onClick={onConfirm}>
          {confirmLabel}
        </Button>
      </div>
    </Modal>
  );
}
