import { useId, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { KeyList, type KeyRow } from '../../shared/key-list.tsx';
import { Button } from '../../ui/button.tsx';
import { Modal } from '../../ui/modal.tsx';

type PlayerKeysProps = { on: boolean; onSwitch: (on: boolean) => void; onClose: () => void };

/** The list of the player's keys, and the switch that turns them off. */
export function PlayerKeys({ on, onSwitch, onClose }: PlayerKeysProps) {
  const t = useTranslations('library.keys');
  const common = useTranslations('watch.keys');
  const title = useId();
  // The switch comes first, so it would get the focus, and must not be pressed by mistake.
  const wayOut = useRef<HTMLButtonElement>(null);
  const rows: KeyRow[] = [
    { keys: [common('space'), 'K'], what: t('play') },
    { keys: ['←', '→'], what: t('seekShort') },
    { keys: ['J', 'L'], what: t('seekLong') },
    { keys: ['0', '…', '9'], what: t('share') },
    { keys: [',', '.'], what: t('step') },
    { keys: ['<', '>'], what: t('rate') },
    { keys: ['M'], what: common('sound') },
    { keys: ['↑', '↓'], what: common('volume'), more: common('volumeWhere') },
    { keys: ['F'], what: common('fullScreen') },
    { keys: ['I'], what: common('pictureInPicture') },
    { keys: ['?'], what: common('keys') },
  ];
  return (
    <Modal labelledBy={title} firstFocus={wayOut} onClose={onClose} className="max-w-[26rem]">
      <h2 id={title} className="font-semibold text-lg">
        {t('title')}
      </h2>
      <div className="mt-4">
        <KeyList rows={rows} on={on} onSwitch={onSwitch} />
      </div>
      <Button ref={wayOut} className="mt-3 w-full" onClick={onClose}>
        {common('close')}
      </Button>
    </Modal>
  );
}
