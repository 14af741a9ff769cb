import { readFile } from 'node:fs/promises';

/** How many clock ticks a second Linux uses for CPU time, on every architecture on which Node.js runs. */
const ticksPerSecond = 100;

/** The resources that a process used so far. */
export type ProcessUsage = {
  /** CPU time of all its threads, in user and kernel mode, in microseconds; counted in steps of 10 ms. */
  cpuUs: number;
  /** Resident memory in bytes. */
  residentBytes: number;
};

/** Reads the usage of the process `pid` so far, from `/proc`. Rejects if there is no such process. */
export async function readProcessUsage(pid: number): Promise<ProcessUsage> {
  const [stat, status] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/status`, 'utf8'),
  ]);
  return { cpuUs: parseStat(stat).cpuUs, residentBytes: parseResidentBytes(status) };
}

/** The usage of several processes so far, added up. Rejects if one of them does not exist. */
export async function readTotalUsage(pids: readonly number[]): Promise<ProcessUsage> {
  const usages = await Promise.all(pids.map((pid) => readProcessUsage(pid)));
  return {
    cpuUs: usages.reduce((sum, usage) => sum + usage.cpuUs, 0),
    residentBytes: usages.reduce((sum, usage) => sum + usage.residentBytes, 0),
  };
}

/** CPU time that the whole machine used since it started, in microseconds summed over its cores. */
export async function readMachineCpuUs(): Promise<number> {
  return parseMachineCpuUs(await readFile('/proc/stat', 'utf8'));
}

/** Reads `/proc/stat`: the time that all cores spent neither idle nor waiting for a disk. */
export function parseMachineCpuUs(stat: string): number {
  const ticks = /^cpu +(.*)$/m.exec(stat)?.[1]?.split(' ').map(Number) ?? [];
  const [user = 0, nice = 0, system = 0, , , interrupts = 0, softInterrupts = 0] = ticks;
  return ((user + nice + system + interrupts + softInterrupts) * 1e6) / ticksPerSecond;
}

/** Reads `/proc/<pid>/stat`; the name in it may itself contain spaces and brackets. */
export function parseStat(stat: string): { parent: number; cpuUs: number } {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [parent, userTicks, kernelTicks] = [fields[1], fields[11], fields[12]].map(Number);
  if (parent === undefined || userTicks === undefined || kernelTicks === undefined || Number.isNaN(userTicks)) {
    throw new Error('This is not the stat file of a process.');
  }
  return { parent, cpuUs: ((userTicks + kernelTicks) * 1e6) / ticksPerSecond };
}

/** Reads the resident memory from `/proc/<pid>/status`; 0 for a process that has ended. */
export function parseResidentBytes(status: string): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}
