import { Play, Volume2 } from 'lucide-react';
import { useTranslations } from 'use-intl';

/** What a tap on the picture would do: bring sound, begin at all, or go on after a pause. */
export type Invitation = 'tapForSound' | 'tapToWatch' | 'tapToGoOn';

type SoundInvitationProps = { invitation: Invitation; onAccept: () => void };

/** The one tap that browsers want before they let sound out. The whole picture can be tapped. */
export function SoundInvitation({ invitation, onAccept }: SoundInvitationProps) {
  const t = useTranslations('watch.stage');
  const Icon = invitation === 'tapForSound' ? Volume2 : Play;
  return (
    <button
      type="button"
      onClick={onAccept}
      className="absolute inset-0 z-10 grid items-end justify-items-center pb-[max(12%,4.75rem)]"
    >
      <span className="mx-4 inline-flex min-h-14 animate-rise items-center gap-3 rounded-full bg-stage-ink px-7 font-semibold text-lg text-stage shadow-pop">
        <Icon className="size-6 shrink-0" aria-hidden="true" />
        {t(invitation)}
      </span>
    </button>
  );
}
