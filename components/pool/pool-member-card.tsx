import { clsx } from 'clsx/lite';
import { Server } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { ShownMember } from '../../lib/browser/studio/pool-monitor.ts';
import { Badge, type BadgeTone } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { PageLink } from '../ui/page-link.tsx';

/** How a media server is doing, in one word. */
type MemberState = 'up' | 'away' | 'spared' | 'draining' | 'drained';

const tones: Readonly<Record<MemberState, BadgeTone>> = {
  up: 'accent',
  away: 'danger',
  spared: 'warning',
  draining: 'warning',
  drained: 'neutral',
};

/** The state that matters most. */
function stateOf({ health, drain, isSpared }: ShownMember): MemberState {
  if (drain === 'drained') return 'drained';
  if (health !== 'up') return 'away';
  if (drain === 'draining') return 'draining';
  return isSpared ? 'spared' : 'up';
}

type PoolMemberCardProps = {
  member: ShownMember;
  /** The name of the media server with this id; `null` if there is none. */
  nameOf: (id: string) => string | null;
  /** A change is under way. */
  busy: boolean;
  /** Whether there is another media server. */
  canDrain: boolean;
  onChange: () => void;
};

/** One media server: its state, its load, and the shows on it. */
export function PoolMemberCard({ member, nameOf, busy, canDrain, onChange }: PoolMemberCardProps) {
  const t = useTranslations('studio.pool');
  const { name, load, shows, drain } = member;
  const state = stateOf(member);
  const percent = Math.round(load.share * 100);
  const viewers = shows.reduce((sum, show) => sum + show.viewers, 0);
  const verb = drain === 'none' ? 'drain' : 'undrain';
  return (
    <Card className="grid gap-4 p-4 sm:p-5">
      <div className="flex items-start justify-between gap-3">
        <h2 className="flex min-w-0 flex-1 items-start gap-2 font-semibold">
          <Server className="mt-0.5 size-5 shrink-0 text-accent-text" aria-hidden="true" />
          <span className="min-w-0 break-all">{name}</span>
        </h2>
        <Badge tone={tones[state]}>{t(`states.${state}`)}</Badge>
      </div>
      {(state === 'spared' || state === 'away' || state === 'drained') && (
        <p className="text-ink-soft text-sm">{t(`hints.${state}`)}</p>
      )}
      <div>
        <div className="flex flex-wrap justify-between gap-x-4 text-sm tabular-nums">
          <span className="font-medium">{t('load', { percent })}</span>
          <span className="text-ink-soft">
            {load.usedCpu === null ? t('cpuUnknown') : t('cpu', { percent: Math.round(load.usedCpu) })}
          </span>
        </div>
        {/* The text above says the same. */}
        <div aria-hidden="true" className="mt-1.5 h-2.5 overflow-hidden rounded-full bg-sunken">
          <div
            className={clsx('h-full rounded-full', percent >= 85 ? 'bg-warn-text' : 'bg-accent')}
            style={{ width: `${Math.min(100, percent)}%` }}
          />
        </div>
      </div>
      {shows.length === 0 ? (
        <p className="text-ink-soft text-sm">{t('nothingHere')}</p>
      ) : (
        <div>
          <p className="font-medium text-sm tabular-nums">{t('here', { shows: shows.length, viewers })}</p>
          <ul className="mt-1 grid divide-y divide-line">
            {shows.map((show) => (
              <li
                key={`${show.broadcastId} ${show.role}`}
                className="flex min-h-11 flex-wrap items-center justify-between gap-x-4 py-1 text-sm"
              >
                {show.channel === null ? (
                  <span className="text-ink-soft">{t('test')}</span>
                ) : (
                  <PageLink
                    href={`/watch/${show.channel}`}
                    className="inline-flex min-h-11 min-w-0 items-center break-all font-medium text-accent-text hover:underline"
                  >
                    {show.channel}
                  </PageLink>
                )}
                <span className="min-w-0 break-all text-ink-soft tabular-nums">
                  {t(`roles.${show.role}`, { viewers: show.viewers })}
                  {show.parent !== null && ` · ${t('from', { name: nameOf(show.parent) ?? show.parent })}`}
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {(canDrain || drain !== 'none') && (
        <Button
          className="justify-self-start"
          busy={busy}
          onClick={onChange}
          aria-label={t(`${verb}.buttonName`, { name })}
        >
          {t(`${verb}.button`)}
        </Button>
      )}
    </Card>
  );
}
