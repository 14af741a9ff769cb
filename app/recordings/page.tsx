import type { Metadata } from 'next';
import { PageFrame } from '../../components/page-frame.tsx';
import { RecordingList } from '../../components/recording-list.tsx';

export const metadata: Metadata = { title: 'Recordings' };

export default function RecordingsPage() {
  return (
    <PageFrame>
      <RecordingList />
    </PageFrame>
  );
}
