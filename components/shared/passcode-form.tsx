'use client';

import { type FormEvent, useId, useState } from 'react';
import { useTranslations } from 'use-intl';
import { passcodeLength } from '../../lib/access-names.ts';
import { viewerCredentials } from '../../lib/browser/page/stored-credentials.ts';
import { requestOnce } from '../../lib/browser/signaling/one-request.ts';
import { type ErrorBody, toErrorBody } from '../../lib/errors.ts';
import { Button } from '../ui/button.tsx';
import { Input } from '../ui/field.tsx';
import { useErrorText } from './use-error-text.ts';

type PasscodeFormProps = {
  channel: string;
  /** Called when this browser has the ticket for the channel. */
  onEntered: () => void;
  /** Enters the passcode; returns the ticket. Tests pass their own. */
  enter?: (channel: string, passcode: string) => Promise<{ ticket: string }>;
};

/** Asks a viewer for the passcode of a channel. The browser keeps the ticket that the server gives for it. */
export function PasscodeForm({ channel, onEntered, enter = enterChannel }: PasscodeFormProps) {
  const t = useTranslations('watch.passcode');
  const textOf = useErrorText();
  const id = useId();
  const [passcode, setPasscode] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorBody | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (passcode.trim() === '' || busy) return;
    setBusy(true);
    setError(null);
    try {
      const { ticket } = await enter(channel, passcode);
      viewerCredentials.keepTicket(channel, ticket);
      onEntered();
    } catch (reason) {
      setError(toErrorBody(reason));
      document.getElementById(id)?.focus();
    } finally {
      setBusy(false);
    }
  };
  // A phone's stage has room for one line, which is enough where only the passcode is wrong.
  const describe = (reason: ErrorBody) => {
    const { title, remedy } = textOf(reason);
    return reason.code === 'wrong-passcode' ? `${title}.` : `${title}. ${remedy}`;
  };
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="grid w-full max-w-xs gap-3 text-left">
      <label htmlFor={id} className="sr-only">
        {t('label')}
      </label>
      <div className="flex gap-2">
        <Input
          id={id}
          type="password"
          autoComplete="off"
          maxLength={passcodeLength.max}
          placeholder={t('label')}
          value={passcode}
          aria-invalid={error !== null}
          aria-describedby={`${id}-error`}
          onChange={(event) => setPasscode(event.currentTarget.value)}
        />
        <Button type="submit" variant="primary" busy={busy} disabled={passcode.trim() === ''}>
          {t('enter')}
        </Button>
      </div>
      <p id={`${id}-error`} role="alert" className="text-live-text text-sm empty:hidden">
        {error !== null && describe(error)}
      </p>
    </form>
  );
}

function enterChannel(channel: string, passcode: string): Promise<{ ticket: string }> {
  return requestOnce('channel:enter', { channel, passcode });
}
