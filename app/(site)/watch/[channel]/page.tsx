import type { Metadata } from 'next';
import { PageFrame } from '../../../../components/site/page-frame.tsx';
import { WatchChannel } from '../../../../components/watch/watch-channel.tsx';
import { watchTitle } from '../../../../components/watch/watch-title.ts';

type WatchPageProps = { params: Promise<{ channel: string }> };

export async function generateMetadata({ params }: WatchPageProps): Promise<Metadata> {
  return { title: await watchTitle((await params).channel) };
}

export default async function WatchPage({ params }: WatchPageProps) {
  const { channel } = await params;
  return (
    <PageFrame wide>
      <WatchChannel channel={channel} />
    </PageFrame>
  );
}
