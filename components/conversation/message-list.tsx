import { ChevronDown } from 'lucide-react';
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';

/** So close to its end, in pixels, a list counts as being there. */
const nearPx = 48;

type MessageListProps = {
  label: string;
  /** The id of the newest message; 0 if there is none. */
  newest: number;
  /** How many messages came after the one with this id. */
  countSince: (id: number) => number;
  /** Whether the list is on the page to see. */
  visible: boolean;
  children: ReactNode;
};

/**
 * A list that follows its newest entry, unless the reader has scrolled up: then it says how many are new. Screen readers
 * read new messages out when they have time, and never those that were there at the beginning.
 */
export function MessageList({ label, newest, countSince, visible, children }: MessageListProps) {
  const t = useTranslations('conversation.chat');
  const list = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const [seen, setSeen] = useState(newest);
  const [spoken, setSpoken] = useState(false);
  useEffect(() => {
    // What is there at first is no news.
    const timer = setTimeout(() => setSpoken(true), 500);
    return () => clearTimeout(timer);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new message, and becoming visible, move the end.
  useLayoutEffect(() => {
    const element = list.current;
    if (element === null || !visible || !isAtEnd.current) return;
    element.scrollTop = element.scrollHeight;
    setSeen(newest);
  }, [newest, visible, children]);
  const look = () => {
    const element = list.current;
    if (element === null) return;
    isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < nearPx;
    if (isAtEnd.current) setSeen(newest);
  };
  const unread = countSince(seen);
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={list}
        role="log"
        aria-label={label}
        aria-live={spoken ? 'polite' : 'off'}
        // A region that scrolls must be reachable by keyboard.
        // biome-ignore lint/a11y/noNoninteractiveTabindex: see above.
        tabIndex={0}
        onScroll={look}
        className="relative h-full overflow-y-auto overscroll-contain px-2 py-2 outline-offset-[-3px]"
      >
        {children}
      </div>
      {unread > 0 && (
        <button
          type="button"
          onClick={() => {
            const element = list.current;
            if (element === null) return;
            isAtEnd.current = true;
            element.scrollTop = element.scrollHeight;
            setSeen(newest);
            // The button disappears, and the keyboard focus must not be lost with it.
            element.focus({ preventScroll: true });
          }}
          title={t('newest')}
          className="absolute inset-x-0 bottom-2 mx-auto flex min-h-9 w-fit items-center gap-1.5 rounded-full bg-accent px-3.5 font-semibold text-accent-ink text-sm shadow-pop hover:bg-accent-hover pointer-coarse:min-h-11"
        >
          {t('unread', { count: unread })}
          <ChevronDown className="size-4" aria-hidden="true" />
          <span className="sr-only">– {t('newest')}</span>
        </button>
      )}
    </div>
  );
}
