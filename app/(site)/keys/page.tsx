import type { Metadata } from 'next';
import { KeysPage } from '../../../components/keys/key-manager.tsx';
import { PageFrame } from '../../../components/site/page-frame.tsx';
import { requestTranslator } from '../../../lib/i18n/request-locale.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await requestTranslator('studio');
  return { title: t('keyRing.title'), robots: { index: false } };
}

export default function Page() {
  return (
    <PageFrame>
      <KeysPage />
    </PageFrame>
  );
}
