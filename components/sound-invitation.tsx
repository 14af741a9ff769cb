import { Play, Volume2 } from 'lucide-react';

type SoundInvitationProps = { refused: boolean; onAccept: () => void };

/** The one tap that browsers want before they let sound out. The whole picture can be tapped. */
export function SoundInvitation({ refused, onAccept }: SoundInvitationProps) {
  const Icon = refused ? Play : Volume2;
  return (
    <button type="button" onClick={onAccept} className="absolute inset-0 grid items-end justify-items-center pb-[12%]">
      <span className="inline-flex min-h-14 animate-rise items-center gap-3 rounded-full bg-stage-ink px-7 font-semibold text-lg text-stage shadow-pop">
        <Icon className="size-6" aria-hidden="true" />
        {refused ? 'Tap to watch' : 'Tap for sound'}
      </span>
    </button>
  );
}
