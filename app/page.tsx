import type { Metadata } from 'next';
import { LobbyBoard } from '../components/lobby-board.tsx';
import { PageFrame } from '../components/page-frame.tsx';
import { requestTranslator } from '../lib/i18n/request-locale.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await requestTranslator('library');
  // The frame's template applies to pages below it only, not to the one beside it.
  return { title: `${t('lobby.title')} · Rostrum` };
}

export default function LobbyPage() {
  return (
    <PageFrame>
      <LobbyBoard />
    </PageFrame>
  );
}
