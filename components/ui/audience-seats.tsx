import { clsx } from 'clsx/lite';

type AudienceSeatsProps = { taken: number; className?: string; waiting?: boolean };

type Seat = { x: number; y: number; row: number };

const rows = 5;

/** Places seats in half circles around the speaker, front row first. Each row fills from its middle outwards. */
function placeSeats(): Seat[] {
  return Array.from({ length: rows }, (_, row) => {
    const count = 7 + row * 4;
    const radius = 34 + row * 14;
    return Array.from({ length: count }, (_, index): Seat => {
      const fromMiddle = (index % 2 === 0 ? 1 : -1) * Math.ceil(index / 2);
      const angle = ((0.5 + fromMiddle / count) * 0.86 + 0.07) * Math.PI;
      // Rounded, because server and browser must print the same digits.
      return { x: round(100 - Math.cos(angle) * radius), y: round(108 - Math.sin(angle) * radius), row };
    });
  }).flat();
}

const round = (value: number) => Math.round(value * 100) / 100;
const seats: readonly Seat[] = placeSeats();

/**
 * The hall from above: a speaker with seats around. One seat is lit per viewer. It is decoration only: wherever it is
 * shown, the number is given in words as well.
 */
export function AudienceSeats({ taken, className, waiting = false }: AudienceSeatsProps) {
  return (
    <svg viewBox="0 0 200 116" aria-hidden="true" className={className}>
      <circle cx="100" cy="106" r="7" fill="currentColor" />
      {seats.map((seat, index) => (
        <circle
          key={`${seat.x} ${seat.y}`}
          cx={seat.x}
          cy={seat.y}
          r={2.6}
          fill="currentColor"
          opacity={index < taken ? 1 : 0.22}
          className={clsx('transition-opacity duration-700', waiting && 'animate-seat')}
          {...(waiting && { style: { animationDelay: `${seat.row * 220}ms` } })}
        />
      ))}
    </svg>
  );
}
