/** Clients give a request up after 20 s, so what takes longer is finished behind the reply. */
export const replyTimeoutMs = 15_000;

/** Waits for a promise, but not longer than that; says whether it was settled in time. Rejects when it does. */
export async function settlesWithin(milliseconds: number, promise: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timedOut = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, milliseconds, false);
  });
  try {
    return await Promise.race([promise.then(() => true), timedOut]);
  } finally {
    clearTimeout(timer);
  }
}
