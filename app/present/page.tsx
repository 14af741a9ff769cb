import type { Metadata } from 'next';
import { PageFrame } from '../../components/page-frame.tsx';
import { PresenterGate } from '../../components/presenter-gate.tsx';

export const metadata: Metadata = { title: 'Go live', robots: { index: false } };

export default function PresentPage() {
  return (
    <PageFrame>
      <PresenterGate />
    </PageFrame>
  );
}
