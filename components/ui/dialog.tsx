import { X } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { useTranslations } from 'use-intl';
import { buttonClass } from './button.tsx';
import { Modal } from './modal.tsx';

type DialogProps = {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: string;
  wide?: boolean;
  children: ReactNode;
};

/** A window over the page. It holds the focus, and Escape or a click outside closes it. */
export function Dialog({ open, onClose, title, description, wide = false, children }: DialogProps) {
  const t = useTranslations('common');
  const id = useId();
  if (!open) return null;
  const describedBy = description === undefined ? undefined : `${id}-description`;
  return (
    <Modal
      labelledBy={`${id}-title`}
      describedBy={describedBy}
      onClose={onClose}
      className={wide ? 'max-w-4xl' : 'max-w-md'}
    >
      <div className="flex items-start justify-between gap-4">
        <h2 id={`${id}-title`} className="pt-1.5 font-semibold text-lg leading-snug">
          {title}
        </h2>
        <button
          type="button"
          onClick={onClose}
          className={buttonClass({ variant: 'ghost', size: 'icon', className: '-mt-1 -mr-2' })}
        >
          <X aria-hidden="true" />
          <span className="sr-only">{t('close')}</span>
        </button>
      </div>
      {description !== undefined && (
        <p id={describedBy} className="mt-1 text-ink-soft">
          {description}
        </p>
      )}
      <div className="mt-4">{children}</div>
    </Modal>
  );
}
