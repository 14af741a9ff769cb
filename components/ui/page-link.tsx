'use client';

import { useRouter } from 'next/navigation';
import { type ComponentProps, useSyncExternalStore } from 'react';
import { useTranslations } from 'use-intl';
import { Store } from '../../lib/browser/page/store.ts';

/** Whether this page sends a show, which ends with the page. Meanwhile, links to other pages open in a new tab. */
export const broadcastsFromHere = new Store(false);

type PageLinkProps = Omit<ComponentProps<'a'>, 'onClick'> & { href: string };

/**
 * A link to another page of ours, followed without a full page load. Next's own `Link` does more and weighs ten times
 * as much on every page, and it prefetches next to nothing of pages like ours, which are rendered at each request.
 */
export function PageLink({ href, target: wanted, children, ...rest }: PageLinkProps) {
  const t = useTranslations('common');
  const router = useRouter();
  // Following the link in this tab would interrupt the show that is sent from this page.
  const mustStay = useSyncExternalStore(broadcastsFromHere.subscribe, broadcastsFromHere.get, () => false);
  const target = mustStay ? '_blank' : wanted;
  return (
    <a
      href={href}
      target={target}
      onClick={(event) => {
        // With a modifier key the browser opens another tab or downloads, as the user expects.
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
