/** The key that does the same, for those who have a keyboard. Assistive technology reads `aria-keyshortcuts`. */
export function KeyHint({ children }: { children: string }) {
  return (
    <span
      aria-hidden="true"
      className="hidden rounded-md border border-current/30 px-1.5 text-xs opacity-70 sm:pointer-fine:inline"
    >
      {children}
    </span>
  );
}
