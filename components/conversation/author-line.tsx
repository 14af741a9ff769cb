import { clsx } from 'clsx/lite';
import { useFormatter, useTranslations } from 'use-intl';
import type { ParticipantRole } from '../../lib/conversation.ts';

type AuthorLineProps = { name: string; role: ParticipantRole; at: number };

/** Who wrote something, and when. Presenter and moderators are named as such, as anybody may choose their names. */
export function AuthorLine({ name, role, at }: AuthorLineProps) {
  const t = useTranslations('conversation.roles');
  const format = useFormatter();
  return (
    <span className="mr-1.5 inline-flex max-w-full items-baseline gap-1.5 align-baseline">
      <bdi className={clsx('truncate font-semibold', role === 'viewer' ? 'text-ink' : 'text-accent-text')}>{name}</bdi>
      {role !== 'viewer' && (
        <span className="shrink-0 rounded-full bg-accent-soft px-1.5 font-semibold text-[0.6875rem] text-accent-text">
          {t(role)}
        </span>
      )}
      <time dateTime={new Date(at).toISOString()} className="shrink-0 text-ink-soft text-xs tabular-nums">
        {format.dateTime(at, { hour: 'numeric', minute: '2-digit' })}
      </time>
    </span>
  );
}
