import { useEffect, useRef } from 'react';

/** Goes to the top of the page when `part` becomes another one; not for the first. */
export function useTop(part: unknown): void {
  const last = useRef(part);
  useEffect(() => {
    if (last.current === part) return;
    last.current = part;
    scrollTo(0, 0);
  }, [part]);
}
