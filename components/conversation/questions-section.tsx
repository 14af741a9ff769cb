import { clsx } from 'clsx/lite';
import { Hand, ThumbsUp } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { roleIn } from '../../lib/browser/conversation/conversation-state.ts';
import type { ConversationHandle } from '../../lib/browser/conversation/use-conversation.ts';
import type { Question, QuestionState, RaisedHand } from '../../lib/conversation.ts';
import { toErrorBody } from '../../lib/errors.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { AuthorLine } from './author-line.tsx';
import { UnsentMessages, WritingPlace } from './chat-section.tsx';
import { Composer } from './composer.tsx';
import { LinkedText } from './linked-text.tsx';
import { Action } from './message-actions.tsx';

/** Where the states stand in the list. */
const rank: Readonly<Record<QuestionState, number>> = { answering: 0, open: 1, done: 2, dismissed: 3 };

/** Asks somebody to come on stage. Rejects with an AppError. */
export type AskUp = (hand: RaisedHand) => Promise<unknown>;

type QuestionsSectionProps = { conversation: ConversationHandle; onAskUp: AskUp | undefined };

/** The presenter's queue of questions, with those who raised their hands. */
export function QuestionsSection({ conversation, onAskUp }: QuestionsSectionProps) {
  const t = useTranslations('conversation');
  const { client, view, name, rename } = conversation;
  const role = roleIn(view);
  const questions = [...(view.talk?.questions ?? [])].sort(
    (a, b) => rank[a.state] - rank[b.state] || b.votes - a.votes || a.id - b.id,
  );
  const hands = view.talk?.hands ?? [];
  const waiting = view.unsent.filter(({ kind }) => kind === 'question');
  const isUp = hands.some(({ by }) => by === view.own?.by);
  const isOpen = view.phase === 'open';
  const lower = ({ by }: RaisedHand) => client.moderate({ type: 'lower-hand', participant: by });
  const askUp = (hand: RaisedHand) => {
    onAskUp?.(hand).then(
      () => lower(hand),
      (error: unknown) => client.showProblem(toErrorBody(error)),
    );
  };
  return (
    <>
      <section
        // A region that scrolls must be reachable by keyboard.
        // biome-ignore lint/a11y/noNoninteractiveTabindex: see above.
        tabIndex={0}
        aria-label={t('questions.list')}
        className="relative min-h-0 flex-1 overflow-y-auto overscroll-contain px-3 py-2 outline-offset-[-3px]"
      >
        {role !== 'viewer' && hands.length > 0 && (
          <Hands hands={hands} onLower={lower} onAskUp={onAskUp === undefined ? null : askUp} />
        )}
        {questions.length === 0 && waiting.length === 0 && (
          <p className="px-2 py-6 text-center text-ink-soft text-sm">{t('questions.empty')}</p>
        )}
        <ul className="grid gap-2">
          {questions.map((question) => (
            <QuestionItem
              key={question.id}
              question={question}
              hasVote={view.own?.votes.includes(question.id) ?? false}
              mayVote={isOpen && question.by !== view.own?.by && question.state === 'open'}
              onVote={(isOn) => client.vote(question.id, isOn)}
              onMove={
                role === 'viewer' || !isOpen
                  ? null
                  : (state) => client.moderate({ type: 'question', question: question.id, state })
              }
            />
          ))}
        </ul>
        <UnsentMessages unsent={waiting} client={client} />
      </section>
      {isOpen && (
        <div className="grid gap-2 border-line border-t px-3 pt-2 pb-2.5">
          <WritingPlace conversation={conversation}>
            {role === 'viewer' && name !== null && (
              <div className="flex flex-wrap items-center justify-between gap-2">
                <Button aria-pressed={isUp} onClick={() => client.raiseHand(!isUp)}>
                  <Hand aria-hidden="true" />
                  {isUp ? t('questions.lower') : t('questions.raise')}
                </Button>
                <span role="status" className="text-ink-soft text-xs">
                  {t('questions.hands', { count: hands.length })}
                </span>
              </div>
            )}
            <Composer
              label={t('questions.label')}
              placeholder={t('questions.placeholder')}
              sendLabel={t('questions.ask')}
              name={name}
              onName={rename}
              onSend={(text) => client.ask(text)}
            />
          </WritingPlace>
        </div>
      )}
    </>
  );
}

type QuestionItemProps = {
  question: Question;
  hasVote: boolean;
  mayVote: boolean;
  onVote: (isOn: boolean) => void;
  /** Moves it in the queue; `null` for those who may not. */
  onMove: ((state: QuestionState) => void) | null;
};

function QuestionItem({ question, hasVote, mayVote, onVote, onMove }: QuestionItemProps) {
  const t = useTranslations('conversation.questions');
  const { text, name, role, at, votes, state } = question;
  return (
    <li
      className={clsx(
        'flex gap-3 rounded-xl border p-2.5 text-[0.9375rem]',
        state === 'answering' ? 'border-accent bg-accent-soft/50' : 'border-line',
      )}
    >
      <button
        type="button"
        aria-pressed={hasVote}
        aria-label={t('vote', { count: votes, text })}
        disabled={!mayVote}
        onClick={() => onVote(!hasVote)}
        className="grid h-13 w-11 shrink-0 place-items-center content-center rounded-lg border border-line-strong/50 font-semibold text-sm tabular-nums hover:border-line-strong disabled:border-transparent aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent-text"
      >
        <ThumbsUp className="size-4" aria-hidden="true" />
        {votes}
      </button>
      <div className="min-w-0 flex-1">
        <p className={state === 'done' ? 'text-ink-soft' : undefined}>
          <LinkedText text={text} />
        </p>
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 pt-0.5 text-sm">
          <AuthorLine name={name} role={role} at={at} />
          {state !== 'open' && state !== 'dismissed' && (
            <Badge tone={state === 'answering' ? 'accent' : 'neutral'}>{t(state)}</Badge>
          )}
        </p>
        {onMove !== null && state !== 'done' && (
          <p className="flex flex-wrap gap-1.5 pt-1.5">
            {state === 'open' && <Action onClick={() => onMove('answering')}>{t('answerNow')}</Action>}
            <Action onClick={() => onMove('done')}>{t('markDone')}</Action>
            <Action onClick={() => onMove('dismissed')}>{t('dismiss')}</Action>
          </p>
        )}
      </div>
    </li>
  );
}

type HandsProps = {
  hands: readonly RaisedHand[];
  onLower: (hand: RaisedHand) => void;
  /** `null` for those who cannot. */
  onAskUp: ((hand: RaisedHand) => void) | null;
};

/** Those who ask to speak, longest first. */
function Hands({ hands, onLower, onAskUp }: HandsProps) {
  const t = useTranslations('conversation.questions');
  return (
    <div className="mb-2 rounded-xl bg-sunken p-2.5 text-sm">
      <p className="flex items-center gap-2 font-semibold">
        <Hand className="size-4 text-accent-text" aria-hidden="true" />
        {t('hands', { count: hands.length })}
      </p>
      <ul className="flex flex-wrap gap-1.5 pt-1.5">
        {hands.map((hand) => (
          <li key={hand.by} className="flex max-w-full flex-wrap gap-1.5">
            {onAskUp !== null && <Action onClick={() => onAskUp(hand)}>{t('askUp', { name: hand.name })}</Action>}
            <Action onClick={() => onLower(hand)}>{t('lowerOf', { name: hand.name })}</Action>
          </li>
        ))}
      </ul>
    </div>
  );
}
