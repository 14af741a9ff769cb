import type { Metadata } from 'next';
import { RecordingPage } from '../../../../components/recordings/recording-page.tsx';
import { PageFrame } from '../../../../components/site/page-frame.tsx';
import { requestTranslator } from '../../../../lib/i18n/request-locale.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await requestTranslator('library');
  return { title: t('recording.title') };
}

export default async function OneRecordingPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return (
    <PageFrame>
      <RecordingPage key={id} id={decodeURIComponent(id)} />
    </PageFrame>
  );
}
