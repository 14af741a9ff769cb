import type { Metadata } from 'next';
import { PageFrame } from '../../../../components/page-frame.tsx';
import { WatchChannel } from '../../../../components/watch-channel.tsx';
import { requestTranslator } from '../../../../lib/i18n/request-locale.ts';

type WatchPageProps = { params: Promise<{ channel: string }> };

export async function generateMetadata({ params }: WatchPageProps): Promise<Metadata> {
  const t = await requestTranslator('watch');
  return { title: t('pageTitle', { channel: (await params).channel }) };
}

export default async function WatchPage({ params }: WatchPageProps) {
  const { channel } = await params;
  return (
    <PageFrame wide>
      <WatchChannel channel={channel} />
    </PageFrame>
  );
}
