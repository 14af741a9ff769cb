'use client';

import { Radio } from 'lucide-react';
import { type ComponentProps, type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { openStorage } from '../../lib/browser/page/browser-storage.ts';
import { normalizeChannel, suggestChannel } from '../../lib/browser/studio/channel-name.ts';
import { loadShow, saveShow } from '../../lib/browser/studio/saved-choices.ts';
import type { PresenterKeyInfo } from '../../lib/requests/access-requests.ts';
import { channelLength, isChannelName, isTitle, maxTitleLength } from '../../lib/show-names.ts';
import { PasscodePanel } from '../keys/passcode-panel.tsx';
import { Button } from '../ui/button.tsx';
import { Field, fieldHintId, Input } from '../ui/field.tsx';
import { AnnouncePanel } from './announce-panel.tsx';
import { SwitchRow } from './switch-row.tsx';

/** The fields that the presenter fills in. */
export type Show = { channel: string; title: string; record: boolean };

type ShowFormProps = {
  ready: boolean;
  busy: boolean;
  /** False while the presenter is more likely to want something else. */
  prominent: boolean;
  presenterKey: string;
  /** The channels that the presenter may use. */
  channels: PresenterKeyInfo['channels'];
  onGoLive: (show: Show) => void;
  onCancel: () => void;
  /** Further choices for the show. */
  children?: ReactNode;
};

/** Title, channel, recording, the button that goes live, and the announcement if it is too early for that. */
export function ShowForm(props: ShowFormProps) {
  const { ready, busy, prominent, presenterKey, channels, onGoLive, onCancel, children } = props;
  const t = useTranslations('studio.setup.form');
  const common = useTranslations('common');
  const id = useId();
  const [show, setShow] = useState<Show>(() => initialShow(channels));
  const [submitted, setSubmitted] = useState(false);
  const goLiveButton = useRef<HTMLButtonElement>(null);
  const cancelled = useRef(false);
  useEffect(() => {
    // The pressed button is gone. Keyboard users continue at the button they came from.
    if (!busy && cancelled.current) goLiveButton.current?.focus();
    cancelled.current = false;
  }, [busy]);
  const faults = submitted ? faultsOf(tidied(show)) : { title: null, channel: null };

  /** Returns the show if it is valid. Otherwise it shows what is wrong and returns `null`. */
  const check = (): Show | null => {
    setSubmitted(true);
    const tidy = tidied(show);
    setShow(tidy);
    const { title, channel } = faultsOf(tidy);
    // Move the focus to the first invalid field, for people who cannot see the red line.
    if (title === null && channel === null) return tidy;
    document.getElementById(`${id}-${title === null ? 'channel' : 'title'}`)?.focus();
    return null;
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const tidy = check();
    if (tidy !== null && ready && !busy) onGoLive(tidy);
  };
  const cancel = () => {
    cancelled.current = true;
    onCancel();
  };
  const checkToAnnounce = () => {
    const tidy = check();
    // A presenter who comes back for the show finds it as it was announced.
    if (tidy === null) return null;
    saveShow(openStorage(), tidy);
    return { channel: tidy.channel, title: tidy.title };
  };

  return (
    <>
      <form onSubmit={submit} noValidate className="grid gap-5">
        <Field label={t('title')} htmlFor={`${id}-title`} error={faults.title && t(faults.title)} hint={t('titleHint')}>
          <Input
            id={`${id}-title`}
            value={show.title}
            maxLength={maxTitleLength}
            placeholder={t('titlePlaceholder')}
            disabled={busy}
            aria-invalid={faults.title !== null}
            aria-describedby={fieldHintId(`${id}-title`)}
            onChange={(event) => setShow({ ...show, title: event.currentTarget.value })}
          />
        </Field>
        <Field
          label={t('channel')}
          htmlFor={`${id}-channel`}
          error={faults.channel && t(faults.channel)}
          hint={t.rich('channelHint', { channel: show.channel, address: renderAddress })}
        >
          <ChannelInput
            id={`${id}-channel`}
            channels={channels}
            value={show.channel}
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
            disabled={busy}
            aria-invalid={faults.channel !== null}
            aria-describedby={fieldHintId(`${id}-channel`)}
            onChange={(event) => setShow({ ...show, channel: normalizeChannel(event.currentTarget.value) })}
          />
        </Field>
        <SwitchRow
          label={t('record')}
          hint={t('recordHint')}
          checked={show.record}
          onChange={(record) => setShow({ ...show, record })}
        />
        {children}
        <div className="grid gap-2">
          <Button
            ref={goLiveButton}
            type="submit"
            variant={prominent ? 'live' : 'secondary'}
            size="lg"
            disabled={!ready}
            busy={busy}
          >
            {!busy && <Radio aria-hidden="true" />}
            {busy ? t('goingLive') : t('goLive')}
          </Button>
          {busy && (
            <Button variant="ghost" onClick={cancel}>
              {common('cancel')}
            </Button>
          )}
        </div>
      </form>
      <AnnouncePanel
        presenterKey={presenterKey}
        channel={show.channel}
        title={show.title}
        disabled={busy}
        onCheck={checkToAnnounce}
      />
      <PasscodePanel presenterKey={presenterKey} channel={show.channel} disabled={busy} />
    </>
  );
}

type ChannelInputProps = ComponentProps<'input'> & { channels: PresenterKeyInfo['channels'] };

/** The field for the channel. A presenter whose key is for some channels is offered those. */
function ChannelInput({ channels, ...rest }: ChannelInputProps) {
  const id = useId();
  if (channels === 'all') return <Input {...rest} />;
  return (
    <>
      <Input {...rest} list={id} readOnly={channels.length === 1} />
      <datalist id={id}>
        {channels.map((channel) => (
          <option key={channel} value={channel} />
        ))}
      </datalist>
    </>
  );
}

function initialShow(channels: PresenterKeyInfo['channels']): Show {
  const { title = '', channel = suggestChannel(), record = true } = loadShow(openStorage());
  const isAllowed = channels === 'all' || channels.includes(channel);
  return { title, channel: isAllowed ? channel : (channels[0] ?? channel), record };
}

/** Removes accidental input: white space around the title, and a trailing hyphen in the channel. */
function tidied(show: Show): Show {
  return { ...show, title: show.title.trim(), channel: show.channel.replace(/-$/, '') };
}

type Faults = { title: 'titleMissing' | null; channel: 'channelShort' | 'channelWrong' | null };

/** The faults, as keys of their texts. Input that is too long cannot be entered. */
function faultsOf({ title, channel }: Show): Faults {
  const channelFault = channel.length < channelLength.min ? 'channelShort' : 'channelWrong';
  return {
    title: isTitle(title) ? null : 'titleMissing',
    channel: isChannelName(channel) ? null : channelFault,
  };
}

function renderAddress(address: ReactNode): ReactNode {
  return <span className="break-all text-ink">{address}</span>;
}
