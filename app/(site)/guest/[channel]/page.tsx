import type { Metadata } from 'next';
import { GuestPage } from '../../../../components/guest/guest-page.tsx';
import { PageFrame } from '../../../../components/site/page-frame.tsx';
import { requestTranslator } from '../../../../lib/i18n/request-locale.ts';

type GuestRouteProps = { params: Promise<{ channel: string }> };

export async function generateMetadata(): Promise<Metadata> {
  const t = await requestTranslator('guests');
  return { title: t('page.title'), robots: { index: false }, referrer: 'no-referrer' };
}

export default async function GuestRoute({ params }: GuestRouteProps) {
  const { channel } = await params;
  return (
    <PageFrame>
      <GuestPage channel={channel} />
    </PageFrame>
  );
}
