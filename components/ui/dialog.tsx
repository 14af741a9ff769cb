import { clsx } from 'clsx/lite';
import { X } from 'lucide-react';
import { Dialog as RadixDialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { buttonClass } from './button-style.ts';
import { useOpenerFocus } from './use-opener-focus.ts';

type DialogProps = {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: string;
  wide?: boolean;
  children: ReactNode;
};

/** A window over the page. It holds the focus, and Escape or a click beside it closes it. */
export function Dialog({ open, onClose, title, description, wide = false, children }: DialogProps) {
  const t = useTranslations('common');
  const openerFocus = useOpenerFocus();
  return (
    <RadixDialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="fixed inset-0 z-40 bg-black/60 backdrop-blur-[2px]" />
        <RadixDialog.Content
          {...openerFocus}
          {...(description === undefined && { 'aria-describedby': undefined })}
          className={clsx(
            'fixed inset-x-4 top-1/2 z-50 mx-auto max-h-[92dvh] -translate-y-1/2 overflow-y-auto rounded-2xl border border-line bg-surface p-5 shadow-pop sm:p-6',
            wide ? 'max-w-4xl' : 'max-w-md',
          )}
        >
          <div className="flex items-start justify-between gap-4">
            <RadixDialog.Title className="pt-1.5 font-semibold text-lg leading-snug">{title}</RadixDialog.Title>
            <RadixDialog.Close className={buttonClass({ variant: 'ghost', size: 'icon', className: '-mt-1 -mr-2' })}>
              <X aria-hidden="true" />
              <span className="sr-only">{t('close')}</span>
            </RadixDialog.Close>
          </div>
          {description !== undefined && (
            <RadixDialog.Description className="mt-1 text-ink-soft">{description}</RadixDialog.Description>
          )}
          <div className="mt-4">{children}</div>
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}
