'use client';

import { useRouter } from 'next/navigation';
import { type ComponentProps, useSyncExternalStore } from 'react';
import { useTranslations } from 'use-intl';
import { Store } from '../../lib/browser/page/store.ts';

/** Whether this very page sends a show, which ends with the page. Links to other pages open beside it meanwhile. */
export const broadcastsFromHere = new Store(false);

type PageLinkProps = Omit<ComponentProps<'a'>, 'onClick'> & { href: string };

/**
 * A link to another page of ours, followed without loading everything anew. Next's own `Link` does more and weighs ten
 * times as much on every page, and what it fetches ahead for pages like ours, made at each request, is next to nothing.
 */
export function PageLink({ href, target: wanted, children, ...rest }: PageLinkProps) {
  const t = useTranslations('common');
  const router = useRouter();
  // A show that is sent from this page would be interrupted.
  const mustStay = useSyncExternalStore(broadcastsFromHere.subscribe, broadcastsFromHere.get, () => false);
  const target = mustStay ? '_blank' : wanted;
  return (
    <a
      href={href}
      target={target}
      onClick={(event) => {
        // Whoever wants another tab or a download gets it from the browser.
        const { metaKey, ctrlKey, shiftKey, altKey } = event;
        if (target !== undefined || metaKey || ctrlKey || shiftKey || altKey) return;
        event.preventDefault();
        router.push(href);
      }}
      {...rest}
    >
      {children}
      {mustStay && <span className="sr-only"> {t('inNewTab')}</span>}
    </a>
  );
}
