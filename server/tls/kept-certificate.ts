import { chmod, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '../platform/make-folder.ts';
import { replaceFile } from '../storage/durable-files.ts';
import { readServerCertificate, type ServerCertificate } from './server-certificate.ts';

/**
 * Reads a certificate that {@link keepCertificate} wrote.
 * @returns `null` if there is none, or if the file cannot be used any more
 */
export async function loadCertificate(path: string): Promise<ServerCertificate | null> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const start = text.indexOf('-----BEGIN CERTIFICATE-----');
  try {
    return readServerCertificate(text.slice(0, start), text.slice(start));
  } catch {
    return null;
  }
}

/**
 * Writes the key and the certificate to one file, so that no crash can leave a key without its certificate.
 * @throws Error of node:fs if the file cannot be written
 */
export async function keepCertificate(path: string, { key, chain }: ServerCertificate): Promise<void> {
  await makePrivateFolder(dirname(path));
  await writePrivateFile(path, `${key.trim()}\n${chain.trim()}\n`);
}

/** Creates a folder that only its owner can enter. */
export async function makePrivateFolder(folder: string): Promise<void> {
  await makeFolder(folder);
  await chmod(folder, 0o700);
}

/** Replaces a file that only its owner can read. */
async function writePrivateFile(path: string, text: string): Promise<void> {
  await replaceFile(path, text, 0o600);
}
