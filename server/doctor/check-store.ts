import { randomUUID } from 'node:crypto';
import type { Config } from '../config.ts';
import { ObjectStore } from '../recordings/s3/object-store.ts';
import { StoreError } from '../recordings/s3/store-error.ts';
import { broken, type Finding, ok, open } from './finding.ts';

/** Can recordings be listed, written, read and deleted in the store? Leaves nothing there. */
export async function checkStore({ recordingsStore: settings }: Config): Promise<Finding[]> {
  if (settings === null) return [open('No store is set (RECORDINGS_S3_BUCKET): recordings stay on this disk.')];
  const objects = await ObjectStore.open(settings);
  const key = `${settings.prefix}.doctor-${randomUUID()}`;
  try {
    // The first answer is enough.
    for await (const _ of objects.list(settings.prefix)) break;
    await objects.putText(key, key, 'text/plain');
    const isSame = (await objects.readText(key, 1_024)) === key;
    await objects.remove(key);
    const place = `“${settings.bucket}” at ${settings.endpoint ?? `Amazon S3 in ${settings.region}`}`;
    if (isSame) return [ok(`The bucket ${place} can be listed, written, read and deleted from.`)];
    return [
      broken(`The bucket ${place} returns something other than what was written.`, 'Ask the operator of the store.'),
    ];
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return [broken(error.message, 'Until this is corrected, recordings stay on this disk.')];
  } finally {
    objects.close();
  }
}
