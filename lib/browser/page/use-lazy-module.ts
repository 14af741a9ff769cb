import { useEffect, useState } from 'react';

const againAfterMs = 2_000;

/**
 * A part of the page that is loaded once it is `wanted`; `null` until it is loaded. If the network is down for a
 * moment, this only delays the part, whereas with `React.lazy` the whole page would fail. `load` must stay the same
 * function.
 */
export function useLazyModule<Part extends object>(load: () => Promise<Part>, wanted: boolean): Part | null {
  const [part, setPart] = useState<Part | null>(null);
  useEffect(() => {
    if (!wanted || part !== null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let left = false;
    const fetchPart = () => {
      load().then(
        (loaded) => {
          if (!left) setPart(loaded);
        },
        () => {
          if (!left) timer = setTimeout(fetchPart, againAfterMs);
        },
      );
    };
    fetchPart();
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [load, wanted, part]);
  return part;
}
