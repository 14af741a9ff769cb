import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { EmbedChannel } from '../../../components/embed/embed-channel.tsx';
import { embedOriginsHeader, readEmbedOrigins } from '../../../lib/embed-api.ts';
import { requestTranslator } from '../../../lib/i18n/request-locale.ts';

type EmbedPageProps = { params: Promise<{ channel: string }> };

export async function generateMetadata({ params }: EmbedPageProps): Promise<Metadata> {
  const t = await requestTranslator('watch');
  return { title: t('pageTitle', { channel: (await params).channel }), robots: { index: false } };
}

export default async function EmbedPage({ params }: EmbedPageProps) {
  const { channel } = await params;
  const origins = readEmbedOrigins((await headers()).get(embedOriginsHeader));
  return <EmbedChannel channel={channel} origins={origins} />;
}
