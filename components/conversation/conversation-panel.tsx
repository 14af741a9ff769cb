'use client';

import { clsx } from 'clsx/lite';
import { Settings2, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useEffectEvent, useId, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { useTranslations } from 'use-intl';
import { type ConversationView, roleIn } from '../../lib/browser/conversation/conversation-state.ts';
import { type ConversationPlace, useConversation } from '../../lib/browser/conversation/use-conversation.ts';
import { keepFocus } from '../../lib/browser/page/kept-focus.ts';
import { useErrorText } from '../shared/use-error-text.ts';
import { Button } from '../ui/button.tsx';
import { AskedUpNotice } from './asked-up-notice.tsx';
import { ChatSection } from './chat-section.tsx';
import { FloatingReactions } from './floating-reactions.tsx';
import { ModerationSettings } from './moderation-settings.tsx';
import { PollsSection } from './polls-section.tsx';
import { type AskUp, QuestionsSection } from './questions-section.tsx';

const tabs = ['chat', 'questions', 'polls'] as const;
type Tab = (typeof tabs)[number];

/** Where a panel is, and what it tells the page. */
export type ConversationPanelProps = ConversationPlace & {
  /** The element over the picture in which reactions rise; `null` for none. */
  over: Element | null;
  /** False while it is hidden, over a picture that fills the screen. */
  visible: boolean;
  /** Hides it; `null` where it always stays. */
  onHide: (() => void) | null;
  /** Called with the number of messages that came while it was hidden. */
  onUnread?: (count: number) => void;
  /** Asks somebody who raised a hand to come on stage; absent where nobody can be asked. */
  onAskUp?: AskUp;
};

/** The conversation of a show: chat, questions and polls. */
export function ConversationPanel(props: ConversationPanelProps) {
  const { over, visible, onHide, onUnread, onAskUp, ...place } = props;
  const t = useTranslations('conversation');
  const conversation = useConversation(place);
  const { client, view } = conversation;
  const [tab, setTab] = useState<Tab>('chat');
  const [settingsShown, setSettingsShown] = useState(false);
  const id = useId();
  useUnread(view, visible, onUnread);
  const role = roleIn(view);
  const mayModerate = role !== 'viewer' && view.phase === 'open';
  const decline = () => {
    client.declineStage();
    // The notice had the focus, and is somewhere else on the page.
    document.getElementById(`${id}-${tab}-tab`)?.focus({ preventScroll: true });
  };
  if (view.phase === 'off') return <span data-off="" hidden />;
  return (
    <section ref={keepFocus} aria-label={t('title')} className="flex h-full min-h-0 flex-col">
      <div className="flex items-center gap-1 border-line border-b pr-1">
        <Tabs id={id} tab={tab} view={view} onTab={setTab} />
        {mayModerate && (
          <Button
            variant="ghost"
            size="icon"
            aria-expanded={settingsShown}
            aria-label={t('moderation.title')}
            title={t('moderation.title')}
            onClick={() => setSettingsShown(!settingsShown)}
          >
            <Settings2 aria-hidden="true" />
          </Button>
        )}
        {onHide !== null && (
          <Button variant="ghost" size="icon" aria-label={t('hide')} title={t('hide')} onClick={onHide}>
            <X aria-hidden="true" />
          </Button>
        )}
      </div>
      {mayModerate && settingsShown && view.talk !== null && (
        <ModerationSettings
          settings={view.talk.settings}
          role={role}
          onModerate={(action) => client.moderate(action)}
        />
      )}
      <Problem view={view} onDismiss={() => client.showProblem(null)} />
      {tabs.map((one) => (
        <div
          key={one}
          id={`${id}-${one}`}
          role="tabpanel"
          aria-labelledby={`${id}-${one}-tab`}
          hidden={tab !== one}
          className={clsx('min-h-0 flex-1 flex-col', tab === one && 'flex')}
        >
          {tab === one && <Status view={view} />}
          {view.talk !== null && one === 'chat' && (
            <ChatSection conversation={conversation} visible={visible && tab === 'chat'} />
          )}
          {view.talk !== null && one === 'questions' && tab === one && (
            <QuestionsSection conversation={conversation} onAskUp={onAskUp} />
          )}
          {view.talk !== null && one === 'polls' && tab === one && <PollsSection conversation={conversation} />}
        </div>
      ))}
      {over !== null &&
        createPortal(
          <>
            <FloatingReactions client={client} />
            {view.asked !== null && <AskedUpNotice asked={view.asked} onDecline={decline} />}
          </>,
          over,
        )}
    </section>
  );
}

/** Tells how many messages came while the panel was hidden. */
function useUnread(view: ConversationView, visible: boolean, onUnread: ((count: number) => void) | undefined): void {
  const seen = useRef(0);
  const tell = useEffectEvent((count: number) => onUnread?.(count));
  const messages = view.talk?.messages;
  useEffect(() => {
    if (visible) seen.current = messages?.at(-1)?.id ?? 0;
    tell(messages?.filter(({ id }) => id > seen.current).length ?? 0);
  }, [messages, visible]);
}

/** What is to be said about the conversation as a whole; nothing while it is open. */
function Status({ view }: { view: ConversationView }) {
  const t = useTranslations('conversation');
  if (view.phase === 'open' || view.phase === 'off') return null;
  return <p className="px-4 py-6 text-center text-ink-soft text-sm">{t(view.phase)}</p>;
}

/** Why the last action was refused. */
function Problem({ view: { problem }, onDismiss }: { view: ConversationView; onDismiss: () => void }) {
  const textOf = useErrorText();
  const t = useTranslations('conversation.chat');
  return (
    <div role="alert" className="empty:hidden">
      {problem !== null && (
        <div className="flex items-center justify-between gap-2 bg-live-soft px-3 py-1.5 text-live-text text-sm">
          <span>
            {textOf(problem).title}. {textOf(problem).remedy}
          </span>
          <Button variant="ghost" size="icon" aria-label={t('discard')} onClick={onDismiss}>
            <X aria-hidden="true" />
          </Button>
        </div>
      )}
    </div>
  );
}

type TabsProps = { id: string; tab: Tab; view: ConversationView; onTab: (tab: Tab) => void };

/** The tabs, by keyboard as in https://www.w3.org/WAI/ARIA/apg/patterns/tabs/ */
function Tabs({ id, tab, view, onTab }: TabsProps) {
  const t = useTranslations('conversation');
  const openQuestions = view.talk?.questions.filter(({ state }) => state === 'open').length ?? 0;
  const hands = roleIn(view) === 'viewer' ? 0 : (view.talk?.hands.length ?? 0);
  const isPollOpen = view.talk?.polls.some(({ isOpen }) => isOpen) ?? false;
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length] ?? tab;
    onTab(next);
    document.getElementById(`${id}-${next}-tab`)?.focus();
  };
  return (
    <div role="tablist" aria-label={t('title')} onKeyDown={move} className="flex min-w-0 flex-1">
      {tabs.map((one) => (
        <button
          key={one}
          type="button"
          role="tab"
          id={`${id}-${one}-tab`}
          aria-controls={`${id}-${one}`}
          aria-selected={tab === one}
          tabIndex={tab === one ? 0 : -1}
          onClick={() => onTab(one)}
          className="inline-flex min-h-12 min-w-0 flex-1 items-center justify-center gap-1.5 border-transparent border-b-2 px-2 font-semibold text-[0.9375rem] text-ink-soft outline-offset-[-3px] hover:text-ink aria-selected:border-accent aria-selected:text-ink"
        >
          {t(`tabs.${one}`)}
          {one === 'questions' && openQuestions + hands > 0 && (
            <span className="rounded-full bg-accent px-1.5 text-accent-ink text-xs tabular-nums">
              <span aria-hidden="true">{openQuestions + hands}</span>
              <span className="sr-only">
                {t('openQuestions', { count: openQuestions })}
                {hands > 0 && `, ${t('questions.hands', { count: hands })}`}
              </span>
            </span>
          )}
          {one === 'polls' && isPollOpen && (
            <span className="size-2 rounded-full bg-live">
              <span className="sr-only">{t('pollIsOpen')}</span>
            </span>
          )}
        </button>
      ))}
    </div>
  );
}
