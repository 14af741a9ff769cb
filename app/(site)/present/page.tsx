import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { PageFrame } from '../../../components/site/page-frame.tsx';
import { PresenterGate } from '../../../components/studio/presenter-gate.tsx';
import { requestTranslator } from '../../../lib/i18n/request-locale.ts';
import { secureOriginHeader } from '../../../lib/page-headers.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await requestTranslator('studio');
  return { title: t('setup.pageTitle'), robots: { index: false } };
}

export default async function PresentPage() {
  const secureOrigin = (await headers()).get(secureOriginHeader);
  return (
    <PageFrame>
      <PresenterGate secureOrigin={secureOrigin} />
    </PageFrame>
  );
}
