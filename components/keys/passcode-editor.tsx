'use client';

import { Lock, LockOpen } from 'lucide-react';
import { type FormEvent, useEffect, useId, useState } from 'react';
import { useTranslations } from 'use-intl';
import { passcodeLength } from '../../lib/access-names.ts';
import { requestOnce } from '../../lib/browser/signaling/one-request.ts';
import { type ErrorBody, toErrorBody } from '../../lib/errors.ts';
import { isChannelName } from '../../lib/show-names.ts';
import { ErrorNotice } from '../shared/error-notice.tsx';
import { Button } from '../ui/button.tsx';
import { Field, fieldHintId, Input } from '../ui/field.tsx';

/** The state of the last request: in progress, done, or failed. */
type Work = 'none' | 'busy' | 'set' | 'removed' | { error: ErrorBody };

type PasscodeEditorProps = { presenterKey: string; channel: string; disabled: boolean };

/** Shows whether a channel has a passcode, and sets or removes it. */
export function PasscodeEditor({ presenterKey: key, channel, disabled }: PasscodeEditorProps) {
  const t = useTranslations('studio.passcode');
  const id = useId();
  /** `null` until the server has answered. */
  const [isLocked, setLocked] = useState<boolean | null>(null);
  const [passcode, setPasscode] = useState('');
  const [short, setShort] = useState(false);
  const [work, setWork] = useState<Work>('none');
  useEffect(() => {
    if (!isChannelName(channel)) return;
    let isCurrent = true;
    requestOnce('passcode:read', { key, channel }).then(
      (reply) => isCurrent && setLocked(reply.isLocked),
      (error: unknown) => isCurrent && setWork({ error: toErrorBody(error) }),
    );
    return () => {
      isCurrent = false;
    };
  }, [key, channel]);
  const change = async (next: string | null) => {
    setWork('busy');
    try {
      setLocked((await requestOnce('passcode:set', { key, channel, passcode: next })).isLocked);
      setPasscode('');
      setWork(next === null ? 'removed' : 'set');
    } catch (error) {
      setWork({ error: toErrorBody(error) });
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const tooShort = passcode.trim().length < passcodeLength.min;
    setShort(tooShort);
    if (tooShort) document.getElementById(id)?.focus();
    else void change(passcode);
  };
  const remove = async () => {
    await change(null);
    // The button disappears with the passcode that it removes.
    document.getElementById(id)?.focus();
  };
  return (
    <form onSubmit={submit} noValidate className="mt-1 grid gap-4">
      <p role="status" className="flex items-start gap-2 text-ink-soft text-sm">
        {isLocked !== null && (
          <>
            {isLocked ? (
              <Lock className="mt-0.5 size-4 shrink-0 text-accent-text" aria-hidden="true" />
            ) : (
              <LockOpen className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
            )}
            {isLocked ? t('locked', { channel }) : t('open', { channel })}
          </>
        )}
      </p>
      <Field
        label={isLocked === true ? t('new') : t('label')}
        htmlFor={id}
        error={short ? t('short', { count: passcodeLength.min }) : null}
        hint={t('hint')}
      >
        <Input
          id={id}
          value={passcode}
          maxLength={passcodeLength.max}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          disabled={disabled}
          aria-invalid={short}
          aria-describedby={fieldHintId(id)}
          onChange={(event) => setPasscode(event.currentTarget.value)}
        />
      </Field>
      {typeof work === 'object' && <ErrorNotice error={work.error} />}
      <div className="flex flex-wrap gap-3">
        <Button
          type="submit"
          className="min-w-fit flex-1"
          disabled={disabled || passcode.trim() === '' || !isChannelName(channel)}
          busy={work === 'busy'}
        >
          {isLocked === true ? t('change') : t('set')}
        </Button>
        {isLocked === true && (
          <Button variant="ghost" disabled={disabled || work === 'busy'} onClick={() => void remove()}>
            {t('remove')}
          </Button>
        )}
      </div>
      <p role="status" className="sr-only">
        {work === 'set' && t('setDone')}
        {work === 'removed' && t('removedDone')}
      </p>
    </form>
  );
}
