import { LanguageSwitch } from './language-switch.tsx';
import { Logo } from './logo.tsx';
import { SiteNav } from './site-nav.tsx';
import { ThemeToggle } from './theme-toggle.tsx';
import { PageLink } from './ui/page-link.tsx';

/** The head of every page. */
export function SiteHeader() {
  return (
    <header>
      <div className="mx-auto flex h-16 max-w-6xl items-center justify-between gap-2 px-4 sm:px-6">
        <PageLink href="/" className="inline-flex min-h-11 min-w-11 items-center rounded-xl">
          <Logo />
        </PageLink>
        <div className="flex items-center gap-1">
          <SiteNav />
          <LanguageSwitch />
          <ThemeToggle />
        </div>
      </div>
    </header>
  );
}
