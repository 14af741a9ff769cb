import type { Metadata } from 'next';
import { PoolPage } from '../../../components/pool/pool-page.tsx';
import { PageFrame } from '../../../components/site/page-frame.tsx';
import { requestTranslator } from '../../../lib/i18n/request-locale.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await requestTranslator('studio');
  return { title: t('pool.title'), robots: { index: false } };
}

export default function Page() {
  return (
    <PageFrame>
      <PoolPage />
    </PageFrame>
  );
}
