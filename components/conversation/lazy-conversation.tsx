'use client';

import { useLazyModule } from '../../lib/browser/page/use-lazy-module.ts';
import { Spinner } from '../ui/spinner.tsx';
import type { ConversationPanelProps } from './conversation-panel.tsx';

/** Most of its code is not needed for the picture, so the picture does not wait for it. */
const loadPanel = () => import('./conversation-panel.tsx');

/** The place of the conversation on a page, and the conversation as soon as its code is there. */
export function LazyConversation(props: ConversationPanelProps) {
  const panel = useLazyModule(loadPanel, true);
  if (panel !== null) return <panel.ConversationPanel {...props} />;
  return (
    <div className="grid h-full place-items-center text-ink-soft">
      <Spinner />
    </div>
  );
}
