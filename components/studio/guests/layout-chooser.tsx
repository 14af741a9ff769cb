'use client';

import { clsx } from 'clsx/lite';
import { Columns2, Grid2X2, type LucideIcon, PanelRight, PictureInPicture2, Square, WandSparkles } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslations } from 'use-intl';
import {
  type Arrangement,
  arrangements,
  type GuestsView,
  type GuestView,
  maxGuestNameLength,
  presenterId,
} from '../../../lib/guests.ts';
import { Field, fieldHintId, Input } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';

type Change = { arrangement?: Arrangement; main?: string | null; presenterName?: string };
type LayoutChooserProps = {
  view: GuestsView;
  onAir: readonly GuestView[];
  ready: boolean;
  onArrange: (change: Change) => void;
};

const icons: Readonly<Record<Arrangement, LucideIcon>> = {
  auto: WandSparkles,
  large: Square,
  'side-by-side': Columns2,
  grid: Grid2X2,
  inset: PictureInPicture2,
  strip: PanelRight,
};

/** How the pictures are arranged, who is the main person, and the presenter's name in the picture. */
export function LayoutChooser({ view, onAir, ready, onArrange }: LayoutChooserProps) {
  const t = useTranslations('guests.layout');
  const id = useId();
  const { arrangement, main } = view.layout;
  return (
    <div className="grid gap-4 border-line border-t pt-4">
      <fieldset disabled={!ready} className="grid gap-2">
        <legend className="mb-2 font-semibold text-sm">{t('title')}</legend>
        <div className="grid grid-cols-2 gap-2 sm:grid-cols-3">
          {arrangements.map((one) => (
            <ArrangementChoice
              key={one}
              name={`${id}-arrangement`}
              arrangement={one}
              checked={one === arrangement}
              onChoose={() => onArrange({ arrangement: one })}
            />
          ))}
        </div>
      </fieldset>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t('main')} htmlFor={`${id}-main`} hint={t('mainHint')}>
          <Select
            id={`${id}-main`}
            value={main ?? ''}
            disabled={!ready}
            aria-describedby={fieldHintId(`${id}-main`)}
            onChange={(event) => onArrange({ main: event.currentTarget.value || null })}
          >
            <option value="">{t('speaker')}</option>
            <option value={presenterId}>{view.presenter.name || t('presenter')}</option>
            {onAir.map((guest) => (
              <option key={guest.id} value={guest.id}>
                {guest.name}
              </option>
            ))}
          </Select>
        </Field>
        <PresenterName id={`${id}-name`} name={view.presenter.name} ready={ready} onArrange={onArrange} />
      </div>
    </div>
  );
}

type ArrangementChoiceProps = { name: string; arrangement: Arrangement; checked: boolean; onChoose: () => void };

function ArrangementChoice({ name, arrangement, checked, onChoose }: ArrangementChoiceProps) {
  const t = useTranslations('guests.layout');
  const Icon = icons[arrangement];
  return (
    <label
      className={clsx(
        'flex min-h-11 cursor-pointer items-center gap-2 rounded-xl border px-3 py-2 font-semibold text-sm',
        'has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2',
        checked ? 'border-accent bg-accent-soft text-accent-text' : 'border-line-strong/50 bg-surface hover:bg-sunken',
      )}
    >
      <input type="radio" name={name} checked={checked} onChange={onChoose} className="sr-only" />
      <Icon className="size-5 shrink-0" aria-hidden="true" />
      {t(arrangement)}
    </label>
  );
}

type PresenterNameProps = { id: string; name: string; ready: boolean; onArrange: (change: Change) => void };

/** It is saved when the field is left, or with Enter. */
function PresenterName({ id, name, ready, onArrange }: PresenterNameProps) {
  const t = useTranslations('guests.layout');
  const [typed, setTyped] = useState<string | null>(null);
  const save = () => {
    const trimmed = typed?.trim() ?? '';
    if (trimmed !== '' && trimmed !== name) onArrange({ presenterName: trimmed });
    setTyped(null);
  };
  return (
    <Field label={t('yourName')} htmlFor={id} hint={t('yourNameHint')}>
      <Input
        id={id}
        dir="auto"
        value={typed ?? name}
        disabled={!ready}
        maxLength={maxGuestNameLength}
        aria-describedby={fieldHintId(id)}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={save}
        onKeyDown={(event) => event.key === 'Enter' && save()}
      />
    </Field>
  );
}
