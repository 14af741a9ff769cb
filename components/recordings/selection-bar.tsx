'use client';

import { FileArchive, RotateCcw, Trash2, X } from 'lucide-react';
import { toast } from 'sonner';
import { useTranslations } from 'use-intl';
import { checkZip, downloadZip } from '../../lib/browser/recordings/recordings-client.ts';
import { toErrorBody } from '../../lib/errors.ts';
import { useErrorText } from '../shared/use-error-text.ts';
import { useFormattedText } from '../shared/use-formatted-text.ts';
import { Button } from '../ui/button.tsx';

type SelectionBarProps = {
  /** The chosen recordings; those that can be watched fit into a ZIP. */
  ids: readonly string[];
  zipIds: readonly string[];
  isTrash: boolean;
  onAll: (() => void) | null;
  onNone: () => void;
  onDelete: () => void;
  onRestore: () => void;
};

/** What can be done with the chosen recordings. It stays in sight at the bottom while the list scrolls. */
export function SelectionBar({ ids, zipIds, isTrash, onAll, onNone, onDelete, onRestore }: SelectionBarProps) {
  const t = useTranslations('library.selection');
  const trash = useTranslations('library.trash');
  const format = useFormattedText();
  const textOf = useErrorText();
  const zip = async () => {
    try {
      const size = format.size(await checkZip(zipIds));
      downloadZip(zipIds);
      toast.success(t('zipBegins', { count: zipIds.length, size }));
    } catch (error) {
      const { title, remedy } = textOf(toErrorBody(error));
      toast.error(title, { description: remedy });
    }
  };
  return (
    <section
      aria-label={t('name')}
      className="sticky bottom-3 z-10 mt-4 flex flex-wrap items-center gap-1 rounded-2xl border border-line bg-surface p-2.5 shadow-pop sm:gap-2 sm:pl-4"
    >
      <p role="status" className="mr-auto font-semibold tabular-nums max-sm:pl-2">
        {t('count', { count: ids.length })}
      </p>
      {onAll !== null && (
        <Button variant="ghost" onClick={onAll}>
          {t('all')}
        </Button>
      )}
      {isTrash && (
        <Button onClick={onRestore}>
          <RotateCcw aria-hidden="true" />
          {trash('restoreSelected')}
        </Button>
      )}
      {!isTrash && zipIds.length > 0 && (
        <Button onClick={() => void zip()}>
          <FileArchive aria-hidden="true" className="max-sm:hidden" />
          {t('zip')}
        </Button>
      )}
      <Button variant="danger" onClick={onDelete}>
        <Trash2 aria-hidden="true" />
        {isTrash ? trash('purgeSelected') : t('delete')}
      </Button>
      <Button variant="ghost" size="icon" onClick={onNone}>
        <X aria-hidden="true" />
        <span className="sr-only">{t('none')}</span>
      </Button>
    </section>
  );
}
