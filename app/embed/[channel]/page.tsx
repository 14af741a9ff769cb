import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { EmbedChannel } from '../../../components/embed/embed-channel.tsx';
import { watchTitle } from '../../../components/watch/watch-title.ts';
import { embedOriginsHeader, readEmbedOrigins } from '../../../lib/embed-api.ts';

type EmbedPageProps = { params: Promise<{ channel: string }> };

export async function generateMetadata({ params }: EmbedPageProps): Promise<Metadata> {
  return { title: await watchTitle((await params).channel), robots: { index: false } };
}

export default async function EmbedPage({ params }: EmbedPageProps) {
  const { channel } = await params;
  const origins = readEmbedOrigins((await headers()).get(embedOriginsHeader));
  return <EmbedChannel channel={channel} origins={origins} />;
}
