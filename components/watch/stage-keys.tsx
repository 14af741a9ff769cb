import { useId, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { KeyList, type KeyRow } from '../shared/key-list.tsx';
import { Button } from '../ui/button.tsx';
import { Modal } from '../ui/modal.tsx';

type StageKeysProps = { on: boolean; onSwitch: (on: boolean) => void; onClose: () => void };

/** The list of keys, and the switch that turns them off. */
export function StageKeys({ on, onSwitch, onClose }: StageKeysProps) {
  const t = useTranslations('watch.keys');
  const name = useTranslations('watch.controls')('keys');
  const title = useId();
  // The switch comes first, so it would get the focus, and must not be pressed by mistake.
  const wayOut = useRef<HTMLButtonElement>(null);
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
    <Modal labelledBy={title} firstFocus={wayOut} onClose={onClose} className="max-w-[26rem]">
      <h2 id={title} className="font-semibold text-lg">
        {name}
      </h2>
      <div className="mt-4">
        <KeyList rows={rows} on={on} onSwitch={onSwitch} />
      </div>
      <Button ref={wayOut} className="mt-3 w-full" onClick={onClose}>
        {t('close')}
      </Button>
    </Modal>
  );
}
