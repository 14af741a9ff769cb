import type { Metadata } from 'next';
import { PageFrame } from '../../../components/site/page-frame.tsx';
import { PresenterGate } from '../../../components/studio/presenter-gate.tsx';
import { requestTranslator } from '../../../lib/i18n/request-locale.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await requestTranslator('studio');
  return { title: t('setup.pageTitle'), robots: { index: false } };
}

export default function PresentPage() {
  return (
    <PageFrame>
      <PresenterGate />
    </PageFrame>
  );
}
