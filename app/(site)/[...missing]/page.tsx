import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { requestTranslator } from '../../../lib/i18n/request-locale.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await requestTranslator('common');
  return { title: t('notFound.title') };
}

/** Catches every unknown address. It is a page of its own, so that the other pages need not carry its content. */
export default function MissingPage() {
  notFound();
}
