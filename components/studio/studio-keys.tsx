'use client';

import { Keyboard } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { KeyList } from '../shared/key-list.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';

type StudioKeysProps = {
  shown: boolean;
  onShow: (shown: boolean) => void;
  on: boolean;
  onSwitch: (on: boolean) => void;
};

/** The keys of the studio and their switch, behind a button for people who have a keyboard as well as a pointer. */
export function StudioKeys({ shown, onShow, on, onSwitch }: StudioKeysProps) {
  const t = useTranslations('studio.live.keys');
  const common = useTranslations('watch');
  const name = common('controls.keys');
  const rows = [
    { keys: ['M'], what: t('microphone') },
    { keys: ['V'], what: t('camera') },
    { keys: ['?'], what: common('keys.keys') },
  ];
  return (
    <>
      <span className="hidden sm:any-pointer-fine:block">
        <Button
          variant="ghost"
          size="icon"
          title={name}
          aria-label={name}
          {...(on && { 'aria-keyshortcuts': '?' })}
          onClick={() => onShow(true)}
        >
          <Keyboard aria-hidden="true" />
        </Button>
      </span>
      <Dialog open={shown} onClose={() => onShow(false)} title={name}>
        <KeyList rows={rows} on={on} onSwitch={onSwitch} />
      </Dialog>
    </>
  );
}
