import type { Metadata } from 'next';
import { RecordingList } from '../../../components/recordings/recording-list.tsx';
import { PageFrame } from '../../../components/site/page-frame.tsx';
import { requestTranslator } from '../../../lib/i18n/request-locale.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await requestTranslator('library');
  return { title: t('list.title'), description: t('list.about') };
}

export default function RecordingsPage() {
  return (
    <PageFrame>
      <RecordingList />
    </PageFrame>
  );
}
