'use client';

import { useId } from 'react';
import { useTranslations } from 'use-intl';
import { Field, fieldHintId, Input } from '../ui/field.tsx';

/** The field for the presenter key. It is a password field, because audiences see presenters' screens. */
export function KeyField({ value, onChange }: { value: string; onChange: (key: string) => void }) {
  const t = useTranslations('studio.setup.key');
  const id = useId();
  return (
    <Field label={t('label')} htmlFor={id} hint={t('hint')}>
      <Input
        id={id}
        type="password"
        autoComplete="current-password"
        maxLength={4_096}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        aria-describedby={fieldHintId(id)}
      />
    </Field>
  );
}
