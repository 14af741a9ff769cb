import type { Metadata } from 'next';
import { PageFrame } from '../../../components/page-frame.tsx';
import { RecordingList } from '../../../components/recording-list.tsx';
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
