import { useEffect, useId, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { KeyList, type KeyRow } from './key-list.tsx';
import { Button } from './ui/button.tsx';

type StageKeysProps = { on: boolean; onSwitch: (on: boolean) => void; onClose: () => void };

/**
 * The list of keys, and the switch that turns them off. It is a dialog of the browser's own, because others do not show
 * while the stage fills the screen.
 */
export function StageKeys({ on, onSwitch, onClose }: StageKeysProps) {
  const t = useTranslations('watch.keys');
  const name = useTranslations('watch.controls')('keys');
  const title = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (element?.open !== false) return;
    element.showModal();
    // The switch comes first, and must not be pressed by mistake.
    element.querySelector('button')?.focus();
  }, []);
  const rows: KeyRow[] = [
    { keys: [t('space'), 'K'], what: t('play') },
    { keys: ['M'], what: t('sound') },
    { keys: ['↑', '↓'], what: t('volume'), more: t('volumeWhere') },
    { keys: ['F'], what: t('fullScreen'), more: t('fullScreenToo') },
    { keys: ['I'], what: t('pictureInPicture') },
    { keys: ['S'], what: t('details') },
    { keys: ['?'], what: t('keys') },
  ];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it too, by itself.
    <dialog
      ref={dialog}
      aria-labelledby={title}
      onClose={onClose}
      // The dialog itself is hit only beside its content.
      onClick={(event) => event.target === event.currentTarget && event.currentTarget.close()}
      className="m-auto w-[min(26rem,calc(100%-2rem))] rounded-2xl border border-line bg-surface p-0 text-ink shadow-pop backdrop:bg-black/60 [&_:focus-visible]:outline-accent!"
    >
      <div className="p-5 sm:p-6">
        <h2 id={title} className="font-semibold text-lg">
          {name}
        </h2>
        <div className="mt-4">
          <KeyList rows={rows} on={on} onSwitch={onSwitch} />
        </div>
        <Button className="mt-3 w-full" onClick={() => dialog.current?.close()}>
          {t('close')}
        </Button>
      </div>
    </dialog>
  );
}
