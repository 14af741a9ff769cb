import { SendHorizontal, Smile } from 'lucide-react';
import { type FormEvent, type KeyboardEvent, useId, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { cleanText } from '../../lib/clean-text.ts';
import { lengthOf, maxMessageLength } from '../../lib/conversation.ts';
import { Button } from '../ui/button.tsx';
import { Input } from '../ui/field.tsx';
import { EmojiPicker } from './emoji-picker.tsx';
import { NameForm } from './name-form.tsx';

/** With fewer characters left, their number is shown. */
const fewLeft = 50;

type ComposerProps = {
  label: string;
  placeholder: string;
  sendLabel: string;
  name: string | null;
  onName: (name: string) => void;
  onSend: (text: string) => void;
};

/** The field in which people write, after they have said how they are called. */
export function Composer({ label, placeholder, sendLabel, name, onName, onSend }: ComposerProps) {
  const t = useTranslations('conversation');
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const emojiButton = useRef<HTMLButtonElement>(null);
  const [text, setText] = useState('');
  const [picking, setPicking] = useState(false);
  const [renaming, setRenaming] = useState(false);
  /** Whether a name was chosen here: then the field takes the focus that the form had. */
  const [chosen, setChosen] = useState(false);
  const choose = (chosenName: string) => {
    onName(chosenName);
    setRenaming(false);
    setChosen(true);
  };
  if (name === null || renaming) return <NameForm name={name} focused={renaming} onName={choose} />;
  const left = maxMessageLength - lengthOf(cleanText(text));
  const isReady = left >= 0 && cleanText(text) !== '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isReady) return;
    onSend(cleanText(text));
    setText('');
    setPicking(false);
    // The button is disabled as long as there is no text.
    field.current?.focus();
  };
  const insert = (emoji: string) => {
    const { selectionStart, selectionEnd } = field.current ?? {};
    const [start, end] = [selectionStart ?? text.length, selectionEnd ?? text.length];
    setText(text.slice(0, start) + emoji + text.slice(end));
    const behind = start + emoji.length;
    requestAnimationFrame(() => field.current?.setSelectionRange(behind, behind));
  };
  const closePicker = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !picking) return;
    event.stopPropagation();
    setPicking(false);
    emojiButton.current?.focus();
  };
  return (
    <form onSubmit={submit} onKeyDown={closePicker} className="grid gap-1.5">
      {picking && <EmojiPicker id={`${id}-emoji`} onPick={insert} />}
      <div className="flex gap-1.5">
        <Input
          ref={field}
          autoFocus={chosen}
          value={text}
          aria-label={label}
          aria-invalid={left < 0}
          aria-describedby={`${id}-left`}
          placeholder={placeholder}
          autoComplete="off"
          enterKeyHint="send"
          className="min-w-0"
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button
          ref={emojiButton}
          variant="ghost"
          size="icon"
          aria-label={t('chat.emoji')}
          title={t('chat.emoji')}
          aria-expanded={picking}
          aria-controls={picking ? `${id}-emoji` : undefined}
          onClick={() => setPicking(!picking)}
        >
          <Smile aria-hidden="true" />
        </Button>
        <Button
          type="submit"
          variant="primary"
          size="icon"
          aria-label={sendLabel}
          title={sendLabel}
          disabled={!isReady}
        >
          <SendHorizontal aria-hidden="true" />
        </Button>
      </div>
      <div className="flex min-h-5 items-center justify-between gap-2 text-ink-soft text-xs">
        <span className="flex min-w-0 items-baseline gap-1.5">
          <bdi className="truncate">{t('name.as', { name })}</bdi>
          <button
            type="button"
            onClick={() => setRenaming(true)}
            className="relative shrink-0 font-semibold text-accent-text underline underline-offset-2 after:absolute after:-inset-3"
          >
            {t('name.change')}
          </button>
        </span>
        <span id={`${id}-left`} role="status" className={left < 0 ? 'shrink-0 text-live-text' : 'shrink-0'}>
          {left < 0 && t('chat.tooLong', { count: -left })}
          {left >= 0 && left < fewLeft && t('chat.left', { count: left })}
        </span>
      </div>
    </form>
  );
}
