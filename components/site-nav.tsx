'use client';

import { clsx } from 'clsx';
import Link from 'next/link';
import { usePathname } from 'next/navigation';

const places = [
  { href: '/', label: 'On air' },
  { href: '/recordings', label: 'Recordings' },
] as const;

/** The way to the other pages. */
export function SiteNav() {
  const pathname = usePathname();
  return (
    <nav aria-label="Main" className="flex items-center gap-0.5 sm:gap-1">
      {places.map(({ href, label }) => {
        const current = href === '/' ? pathname === '/' : pathname.startsWith(href);
        return (
          <Link
            key={href}
            href={href}
            aria-current={current ? 'page' : undefined}
            className={clsx(
              'inline-flex min-h-11 items-center rounded-xl px-3 font-medium text-[0.9375rem] transition-colors hover:bg-sunken',
              current ? 'text-ink' : 'text-ink-soft hover:text-ink',
            )}
          >
            {label}
          </Link>
        );
      })}
    </nav>
  );
}
