import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { requestTranslator } from '../../../lib/i18n/request-locale.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await requestTranslator('common');
  return { title: t('notFound.title') };
}

/** Every address that is none: by a page of its own, so that the others need not carry along what it shows. */
export default function MissingPage() {
  notFound();
}
