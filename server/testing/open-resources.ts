import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/** How many of everything that a process has open, by its name: timers, sockets, child processes, files. */
export type Resources = ReadonlyMap<string, number>;

/**
 * What holds this process up as Node counts it, and on Linux also what it has open as the system counts it, which
 * includes the sockets of native code.
 */
export function openResources(): Resources {
  return countEach([...process.getActiveResourcesInfo().filter((name) => !passing.has(name)), ...openFiles()]);
}

/** What there is more of now than `before`, such as `2 × Timeout`. */
export function leftOver(before: Resources): string[] {
  return [...openResources()]
    .map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const)
    .filter(([, more]) => more > 0)
    .map(([name, more]) => `${more} × ${name}`);
}

/** The same once nothing is left, or after `patienceMs`: sockets and processes take a moment to end. */
export async function leftOverAtLast(before: Resources, patienceMs: number): Promise<string[]> {
  const deadline = performance.now() + patienceMs;
  while (leftOver(before).length > 0 && performance.now() < deadline) await setTimeout(20);
  return leftOver(before);
}

/** What ends by itself: work that was handed to the system's threads, and sockets that are being closed. */
const passing: ReadonlySet<string> = new Set(['CloseReq', 'FSReqCallback', 'FSReqPromise', 'Immediate']);

/** Sockets have a number in the system; what matters is how many there are. */
function openFiles(): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    const target = targetOf(descriptor);
    if (target === null || target.startsWith('/proc/')) return [];
    if (target.startsWith('/')) return [target];
    const [kind = target] = target.split(':');
    return kind === 'socket' ? ['open socket'] : [];
  });
}

function targetOf(descriptor: string): string | null {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return null;
  }
}

function countEach(names: readonly string[]): Resources {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
