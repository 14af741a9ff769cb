import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { PageFrame } from '../../../../components/site/page-frame.tsx';
import { WatchChannel } from '../../../../components/watch/watch-channel.tsx';
import { watchTitle } from '../../../../components/watch/watch-title.ts';
import { conversationHeader } from '../../../../lib/page-headers.ts';

type WatchPageProps = { params: Promise<{ channel: string }> };

export async function generateMetadata({ params }: WatchPageProps): Promise<Metadata> {
  return { title: await watchTitle((await params).channel) };
}

export default async function WatchPage({ params }: WatchPageProps) {
  const { channel } = await params;
  const conversation = (await headers()).get(conversationHeader) !== 'off';
  return (
    <PageFrame wide>
      <WatchChannel channel={channel} conversation={conversation} />
    </PageFrame>
  );
}
