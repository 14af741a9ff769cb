import { useEffect, useState, useSyncExternalStore } from 'react';

/**
 * The address of the newest picture that the browser has loaded and decoded, so that it takes the place of the one before
 * without a flicker. `null` until there is one, and while `address` is `null`. Nothing is loaded for a hidden page.
 */
export function useFreshPicture(address: string | null): string | null {
  const [decoded, setDecoded] = useState<string | null>(null);
  const isVisible = useSyncExternalStore(onVisibilityChange, isPageVisible, () => false);
  useEffect(() => {
    if (address === null) setDecoded(null);
    if (address === null || !isVisible) return;
    let left = false;
    const image = new Image();
    image.src = address;
    image.decode().then(
      () => {
        if (!left) setDecoded(address);
      },
      // It may be gone by now, or the network is down for a moment. The next picture has another address.
      () => undefined,
    );
    return () => {
      left = true;
    };
  }, [address, isVisible]);
  return address === null ? null : decoded;
}

function onVisibilityChange(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener);
  return () => document.removeEventListener('visibilitychange', listener);
}

function isPageVisible(): boolean {
  return document.visibilityState === 'visible';
}
