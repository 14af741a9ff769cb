import type { Metadata } from 'next';
import { PageFrame } from '../../../components/page-frame.tsx';
import { RecordingPage } from '../../../components/recording-page.tsx';

export const metadata: Metadata = { title: 'Recording' };

export default async function OneRecordingPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return (
    <PageFrame>
      <RecordingPage key={id} id={decodeURIComponent(id)} />
    </PageFrame>
  );
}
