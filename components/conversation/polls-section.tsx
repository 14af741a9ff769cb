import { Plus, X } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { roleIn } from '../../lib/browser/conversation/conversation-state.ts';
import { randomText } from '../../lib/browser/conversation/participant.ts';
import type { ConversationHandle } from '../../lib/browser/conversation/use-conversation.ts';
import { cleanText } from '../../lib/clean-text.ts';
import { maxMessageLength, type Poll, pollChoices } from '../../lib/conversation.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Field, Input } from '../ui/field.tsx';
import { LinkedText } from './linked-text.tsx';
import { Action } from './message-actions.tsx';

/** The polls, newest first, with their results as they come in. */
export function PollsSection({ conversation }: { conversation: ConversationHandle }) {
  const t = useTranslations('conversation.polls');
  const { client, view } = conversation;
  const [creating, setCreating] = useState(false);
  /** Whether the form was there before: then the button in its place takes the focus that the form had. */
  const [created, setCreated] = useState(false);
  const close = () => {
    setCreating(false);
    setCreated(true);
  };
  const polls = [...(view.talk?.polls ?? [])].reverse();
  const isOpen = view.phase === 'open';
  const mayModerate = isOpen && roleIn(view) !== 'viewer';
  return (
    <div
      // A region that scrolls must be reachable by keyboard.
      // biome-ignore lint/a11y/noNoninteractiveTabindex: see above.
      tabIndex={0}
      className="relative grid min-h-0 flex-1 content-start gap-3 overflow-y-auto overscroll-contain px-3 py-3 outline-offset-[-3px]"
    >
      {mayModerate && !creating && (
        <Button autoFocus={created} onBlur={() => setCreated(false)} onClick={() => setCreating(true)}>
          {t('create')}
        </Button>
      )}
      {mayModerate && creating && (
        <PollForm
          onCancel={close}
          onCreate={(question, choices) => {
            close();
            client.moderate({ type: 'poll', key: randomText(12), question, choices: [...choices] });
          }}
        />
      )}
      {polls.length === 0 && !creating && <p className="px-2 py-4 text-center text-ink-soft text-sm">{t('empty')}</p>}
      {polls.map((poll) => (
        <PollCard
          key={poll.id}
          poll={poll}
          chosen={view.own?.choices[poll.id] ?? null}
          mayVote={isOpen && poll.isOpen}
          onChoose={(choice) => client.choose(poll.id, choice)}
          onClose={mayModerate && poll.isOpen ? () => client.moderate({ type: 'close-poll', poll: poll.id }) : null}
        />
      ))}
    </div>
  );
}

type PollCardProps = {
  poll: Poll;
  /** The index of one's own choice; `null` before. */
  chosen: number | null;
  mayVote: boolean;
  onChoose: (choice: number) => void;
  onClose: (() => void) | null;
};

function PollCard({ poll, chosen, mayVote, onChoose, onClose }: PollCardProps) {
  const t = useTranslations('conversation.polls');
  const format = useFormatter();
  const name = useId();
  const total = poll.counts.reduce((sum, count) => sum + count, 0);
  return (
    <fieldset className="grid gap-2 rounded-xl border border-line p-3">
      <legend className="float-left w-full font-semibold text-[0.9375rem]">
        <LinkedText text={poll.question} />
      </legend>
      {poll.choices.map((choice, index) => {
        const count = poll.counts[index] ?? 0;
        const share = total === 0 ? 0 : count / total;
        return (
          <label
            // The choices of a poll never change.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above.
            key={index}
            className="relative flex min-h-11 items-center gap-2.5 overflow-hidden rounded-lg border border-line px-3 py-1.5 text-[0.9375rem] has-checked:border-accent has-focus-visible:outline-3 has-focus-visible:outline-accent"
          >
            <span
              aria-hidden="true"
              className="absolute inset-y-0 left-0 bg-accent-soft transition-[width] duration-300"
              style={{ width: `${share * 100}%` }}
            />
            <input
              type="radio"
              name={name}
              checked={chosen === index}
              disabled={!mayVote}
              onChange={() => onChoose(index)}
              className="relative size-4 shrink-0 accent-accent outline-none"
            />
            <span className="relative min-w-0 flex-1">
              <LinkedText text={choice} />
            </span>
            <span className="relative shrink-0 font-semibold text-sm tabular-nums">
              {format.number(share, { style: 'percent', maximumFractionDigits: 0 })}
            </span>
          </label>
        );
      })}
      <div className="flex flex-wrap items-center justify-between gap-2 text-ink-soft text-sm">
        <span>{t('votes', { count: total })}</span>
        {onClose !== null && <Action onClick={onClose}>{t('close')}</Action>}
        {onClose === null && (
          <Badge tone={poll.isOpen ? 'accent' : 'neutral'}>{poll.isOpen ? t('open') : t('closed')}</Badge>
        )}
      </div>
    </fieldset>
  );
}

type PollFormProps = { onCreate: (question: string, choices: readonly string[]) => void; onCancel: () => void };

function PollForm({ onCreate, onCancel }: PollFormProps) {
  const t = useTranslations('conversation.polls');
  const id = useId();
  const [question, setQuestion] = useState('');
  const [choices, setChoices] = useState<readonly string[]>(['', '']);
  const written = choices.map(cleanText).filter((choice) => choice !== '');
  const isReady = cleanText(question) !== '' && written.length >= pollChoices.min;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) onCreate(cleanText(question), written);
  };
  return (
    <form onSubmit={submit} className="grid gap-3 rounded-xl border border-line p-3">
      <Field label={t('question')} htmlFor={id}>
        <Input
          id={id}
          value={question}
          maxLength={maxMessageLength}
          autoFocus
          onChange={(event) => setQuestion(event.currentTarget.value)}
        />
      </Field>
      {choices.map((choice, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: choices have nothing else that tells them apart.
        <div key={index} className="flex gap-1.5">
          <Input
            value={choice}
            maxLength={pollChoices.length}
            aria-label={t('choice', { number: index + 1 })}
            // Those that were added.
            autoFocus={index >= pollChoices.min}
            placeholder={t('choice', { number: index + 1 })}
            onChange={(event) => setChoices(choices.with(index, event.currentTarget.value))}
          />
          {choices.length > pollChoices.min && (
            <Button
              variant="ghost"
              size="icon"
              aria-label={t('remove', { number: index + 1 })}
              onClick={() => setChoices(choices.toSpliced(index, 1))}
            >
              <X aria-hidden="true" />
            </Button>
          )}
        </div>
      ))}
      {choices.length < pollChoices.max && (
        <Button variant="ghost" onClick={() => setChoices([...choices, ''])}>
          <Plus aria-hidden="true" />
          {t('add')}
        </Button>
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" disabled={!isReady}>
          {t('start')}
        </Button>
        <Button onClick={onCancel}>{t('cancel')}</Button>
      </div>
    </form>
  );
}
