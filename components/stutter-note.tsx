import { TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Stutter } from '../lib/browser/stutter.ts';

/** Says because of whom it stutters, in the corner of the picture; nothing while it does not. */
export function StutterNote({ stutter }: { stutter: Stutter }) {
  const t = useTranslations('watch.stutter');
  return (
    <div role="status" className="pointer-events-none absolute top-12 right-3 left-3 z-20 flex">
      {stutter !== 'none' && (
        <p className="inline-flex animate-rise items-center gap-2 rounded-xl bg-stage-raised/85 px-3 py-1.5 text-sm text-stage-ink">
          <TriangleAlert className="size-4 shrink-0 text-stage-accent" aria-hidden="true" />
          {t(stutter)}
        </p>
      )}
    </div>
  );
}
