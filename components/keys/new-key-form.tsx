'use client';

import { type FormEvent, useId, useState } from 'react';
import { useTranslations } from 'use-intl';
import { maxKeyChannels, maxKeyNameLength } from '../../lib/access-names.ts';
import type { PresenterKeyInfo } from '../../lib/requests/access-requests.ts';
import { isChannelName } from '../../lib/show-names.ts';
import { Button } from '../ui/button.tsx';
import { Field, fieldHintId, Input } from '../ui/field.tsx';

type NewKeyFormProps = { busy: boolean; onMake: (name: string, channels: PresenterKeyInfo['channels']) => void };

/** Asks whose key it is, and for which channels. */
export function NewKeyForm({ busy, onMake }: NewKeyFormProps) {
  const t = useTranslations('studio.keyRing.form');
  const id = useId();
  const [name, setName] = useState('');
  const [text, setText] = useState('');
  const [submitted, setSubmitted] = useState(false);
  const channels = text
    .toLowerCase()
    .split(/[\s,;]+/)
    .filter(Boolean);
  const wrong = channels.find((channel) => !isChannelName(channel));
  const nameFault = submitted && name.trim() === '';
  const tooMany = channels.length > maxKeyChannels;
  const channelFault = submitted && (wrong !== undefined || tooMany);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setSubmitted(true);
    if (name.trim() === '') document.getElementById(`${id}-name`)?.focus();
    else if (wrong !== undefined || tooMany) document.getElementById(`${id}-channels`)?.focus();
    else onMake(name.trim(), channels.length === 0 ? 'all' : [...new Set(channels)]);
  };
  return (
    <form onSubmit={submit} noValidate className="grid gap-5">
      <h2 className="font-bold text-xl">{t('title')}</h2>
      <Field label={t('name')} htmlFor={`${id}-name`} error={nameFault ? t('nameMissing') : null} hint={t('nameHint')}>
        <Input
          id={`${id}-name`}
          value={name}
          maxLength={maxKeyNameLength}
          autoComplete="off"
          aria-invalid={nameFault}
          aria-describedby={fieldHintId(`${id}-name`)}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      </Field>
      <Field
        label={t('channels')}
        htmlFor={`${id}-channels`}
        error={
          channelFault
            ? tooMany
              ? t('tooMany', { count: maxKeyChannels })
              : t('channelWrong', { channel: wrong ?? '' })
            : null
        }
        hint={t('channelsHint')}
      >
        <Input
          id={`${id}-channels`}
          value={text}
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          placeholder="math-101, art-101"
          aria-invalid={channelFault}
          aria-describedby={fieldHintId(`${id}-channels`)}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </Field>
      <Button type="submit" variant="primary" busy={busy}>
        {t('make')}
      </Button>
    </form>
  );
}
