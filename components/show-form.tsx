'use client';

import { Radio } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { openStorage } from '../lib/browser/browser-storage.ts';
import { suggestChannel, tidyChannel } from '../lib/browser/channel-name.ts';
import { recallShow } from '../lib/browser/remembered.ts';
import { channelSchema, titleSchema } from '../lib/signaling.ts';
import { Button } from './ui/button.tsx';
import { Field, fieldHintId } from './ui/field.tsx';
import { Input } from './ui/input.tsx';
import { Switch } from './ui/switch.tsx';

/** What the presenter fills in. */
export type Show = { channel: string; title: string; record: boolean };

type ShowFormProps = {
  ready: boolean;
  busy: boolean;
  /** False while something else is more likely to be wanted. */
  prominent: boolean;
  onGoLive: (show: Show) => void;
  onCancel: () => void;
};

/** Title, channel, recording, and the button that everything is about. */
export function ShowForm({ ready, busy, prominent, onGoLive, onCancel }: ShowFormProps) {
  const id = useId();
  const [show, setShow] = useState<Show>(initialShow);
  const [submitted, setSubmitted] = useState(false);
  const errors = submitted ? faultsOf(show) : { title: null, channel: null };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setSubmitted(true);
    const tidy = { ...show, title: show.title.trim(), channel: show.channel.replace(/-$/, '') };
    setShow(tidy);
    const { title, channel } = faultsOf(tidy);
    if (title === null && channel === null && ready && !busy) onGoLive(tidy);
  };

  return (
    <form onSubmit={submit} noValidate className="grid gap-5">
      <Field label="Title" htmlFor={`${id}-title`} error={errors.title} hint="What your audience sees.">
        <Input
          id={`${id}-title`}
          value={show.title}
          maxLength={80}
          placeholder="Sunday service, Math 101 …"
          disabled={busy}
          aria-invalid={errors.title !== null}
          aria-describedby={fieldHintId(`${id}-title`)}
          onChange={(event) => setShow({ ...show, title: event.currentTarget.value })}
        />
      </Field>
      <Field
        label="Channel"
        htmlFor={`${id}-channel`}
        error={errors.channel}
        hint={
          <>
            Your watch link: <span className="break-all text-ink">/watch/{show.channel}</span>
          </>
        }
      >
        <Input
          id={`${id}-channel`}
          value={show.channel}
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          disabled={busy}
          aria-invalid={errors.channel !== null}
          aria-describedby={fieldHintId(`${id}-channel`)}
          onChange={(event) => setShow({ ...show, channel: tidyChannel(event.currentTarget.value) })}
        />
      </Field>
      <div className="flex items-center justify-between gap-4 rounded-xl bg-sunken p-4">
        <label htmlFor={`${id}-record`} className="font-semibold text-sm">
          Record this broadcast
          <span id={`${id}-record-hint`} className="block font-normal text-ink-soft">
            You can download it afterwards.
          </span>
        </label>
        <Switch
          id={`${id}-record`}
          checked={show.record}
          describedBy={`${id}-record-hint`}
          onChange={(record) => setShow({ ...show, record })}
        />
      </div>
      <div className="grid gap-2">
        <Button type="submit" variant={prominent ? 'primary' : 'secondary'} size="lg" disabled={!ready} busy={busy}>
          {!busy && <Radio aria-hidden="true" />}
          {busy ? 'Going live…' : 'Go live'}
        </Button>
        {busy && (
          <Button variant="ghost" onClick={onCancel}>
            Cancel
          </Button>
        )}
      </div>
    </form>
  );
}

function initialShow(): Show {
  const { title = '', channel = suggestChannel(), record = true } = recallShow(openStorage());
  return { title, channel, record };
}

function faultsOf({ title, channel }: Show): { title: string | null; channel: string | null } {
  return {
    title: titleSchema.safeParse(title).error?.issues[0]?.message ?? null,
    channel: channelSchema.safeParse(channel).error?.issues[0]?.message ?? null,
  };
}
