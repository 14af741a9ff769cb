/** Holds the place of the list for the moment until it is known. */
export function LobbySkeleton() {
  return (
    <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3" aria-hidden="true">
      {['first', 'second', 'third'].map((name) => (
        <div key={name} className="h-72 animate-pulse rounded-2xl bg-sunken" />
      ))}
    </div>
  );
}
