/** The mark and the name: one who speaks, and the rows of seats around. */
export function Logo() {
  return (
    <span className="inline-flex items-center gap-2.5 font-bold text-lg tracking-[-0.03em]">
      <svg viewBox="0 0 32 32" aria-hidden="true" className="size-8 text-accent">
        <rect width="32" height="32" rx="9" fill="currentColor" />
        <circle cx="16" cy="22" r="3.2" className="fill-accent-ink" />
        <g fill="none" strokeWidth="3.2" className="stroke-accent-ink">
          <path d="M8.5 22a7.5 7.5 0 0 1 15 0" strokeDasharray="6.854 1.5" />
          <path d="M3.9 22a12.1 12.1 0 0 1 24.2 0" strokeDasharray="6.402 1.5" opacity=".6" />
        </g>
      </svg>
      {/* Phones have no room for it beside the ways to the other pages. */}
      <span className="max-sm:sr-only">Rostrum</span>
    </span>
  );
}
