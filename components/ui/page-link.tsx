'use client';

import { useRouter } from 'next/navigation';
import type { ComponentProps } from 'react';

type PageLinkProps = Omit<ComponentProps<'a'>, 'onClick'> & { href: string };

/**
 * A link to another page of ours, followed without loading everything anew. Next's own `Link` does more and weighs ten
 * times as much on every page, and what it fetches ahead for pages like ours, made at each request, is next to nothing.
 */
export function PageLink({ href, target, ...rest }: PageLinkProps) {
  const router = useRouter();
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
    />
  );
}
