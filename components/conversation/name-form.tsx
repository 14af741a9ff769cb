import { type FormEvent, useId, useState } from 'react';
import { useTranslations } from 'use-intl';
import { isName } from '../../lib/browser/conversation/participant.ts';
import { maxNameLength } from '../../lib/conversation.ts';
import { Button } from '../ui/button.tsx';
import { Input } from '../ui/field.tsx';

type NameFormProps = {
  /** The present name, if it is to be changed. */
  name: string | null;
  /** Whether the field takes the focus: only after a press of a button that opened it. */
  focused: boolean;
  onName: (name: string) => void;
};

/** Asks for the name under which somebody writes. */
export function NameForm({ name, focused, onName }: NameFormProps) {
  const t = useTranslations('conversation.name');
  const id = useId();
  const [text, setText] = useState(name ?? '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isName(text)) onName(text);
  };
  return (
    <form onSubmit={submit} className="grid gap-1.5">
      <label htmlFor={id} className="font-semibold text-sm">
        {t('label')}
      </label>
      <div className="flex gap-2">
        <Input
          id={id}
          value={text}
          autoComplete="nickname"
          maxLength={maxNameLength}
          autoFocus={focused}
          aria-describedby={`${id}-hint`}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button type="submit" variant="primary" disabled={!isName(text)}>
          {t('choose')}
        </Button>
      </div>
      <p id={`${id}-hint`} className="text-ink-soft text-xs">
        {t('hint')}
      </p>
    </form>
  );
}
