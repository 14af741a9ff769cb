import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { ShownMember } from '../../lib/browser/studio/pool-monitor.ts';

/** Says aloud when a media server is drained, goes away or comes back. */
export function PoolNews({ members }: { members: readonly ShownMember[] | null }) {
  const t = useTranslations('studio.pool.news');
  const [news, setNews] = useState('');
  const before = useRef<ReadonlyMap<string, ShownMember>>(new Map());
  useEffect(() => {
    for (const { id, name, drain, health } of members ?? []) {
      const former = before.current.get(id);
      if (former === undefined) continue;
      if (drain !== former.drain) setNews(t(drain, { name }));
      else if ((health === 'up') !== (former.health === 'up')) setNews(t(health === 'up' ? 'back' : 'away', { name }));
    }
    before.current = new Map((members ?? []).map((member) => [member.id, member]));
  }, [members, t]);
  return (
    <p role="status" className="sr-only">
      {news}
    </p>
  );
}
