import { randomUUID } from 'node:crypto';
import { mkdir, open as openFile, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { minFreeBytes } from '../broadcast/disk-space.ts';
import type { Config } from '../config.ts';
import { broken, type Finding, ok, reasonOf, risk } from './finding.ts';

/** Four hours at the rate of a show. */
const comfortableMs = 4 * 3_600_000;
const soundKbps = 128;

/** Can the folders be written to, and is there room for recordings? */
export async function checkDisk({ dataDir, recordingsDir, maxVideoKbps }: Config): Promise<Finding[]> {
  const folders = [
    { folder: dataDir, setting: 'DATA_DIR' },
    { folder: recordingsDir, setting: 'RECORDINGS_DIR' },
  ];
  const findings: Finding[] = [];
  for (const { folder, setting } of folders) {
    const fault = await whyNotWritten(folder);
    if (fault === null) continue;
    const { code } = fault as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      findings.push(broken(`The disk of ${folder} is full.`, `Free some space, or set ${setting} to another disk.`));
    } else {
      const advice = `Correct its permissions, or set ${setting} to another folder.`;
      findings.push(broken(`${folder} cannot be written to ${reasonOf(fault)}.`, advice));
    }
  }
  if (findings.length > 0) return findings;
  const { bavail, bsize } = await statfs(recordingsDir);
  const freeBytes = bavail * bsize;
  const hours = (freeBytes * 8) / 1_000 / (maxVideoKbps + soundKbps) / 3_600;
  const text = `${recordingsDir} has ${formatBytes(freeBytes)} free: ${hours.toFixed(1)} hours of recording.`;
  const advice = 'Delete old recordings, or set RECORDINGS_DIR to a larger disk.';
  if (freeBytes < minFreeBytes) return [broken(text, advice)];
  return [hours * 3_600_000 < comfortableMs ? risk(text, advice) : ok(text)];
}

/** Writes a file to the end and onto the disk, and removes it. */
async function whyNotWritten(folder: string): Promise<unknown> {
  const path = join(folder, `.doctor-${randomUUID()}`);
  try {
    await mkdir(folder, { recursive: true });
    const file = await openFile(path, 'wx');
    try {
      await file.writeFile(Buffer.alloc(65_536, 1));
      await file.sync();
    } finally {
      await file.close();
      await rm(path);
    }
    return null;
  } catch (error) {
    return error;
  }
}

function formatBytes(bytes: number): string {
  return bytes < 1e9 ? `${Math.floor(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
