'use client';

import { useId } from 'react';
import { Field, fieldHintId } from './ui/field.tsx';
import { Input } from './ui/input.tsx';

/** Where the presenter key is entered. It is a password field: audiences look at presenters' screens. */
export function KeyField({ value, onChange }: { value: string; onChange: (key: string) => void }) {
  const id = useId();
  return (
    <Field label="Presenter key" htmlFor={id} hint="It is kept in this browser only.">
      <Input
        id={id}
        type="password"
        autoComplete="current-password"
        maxLength={200}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        aria-describedby={fieldHintId(id)}
      />
    </Field>
  );
}
