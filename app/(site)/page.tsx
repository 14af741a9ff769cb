import type { Metadata } from 'next';
import { LobbyBoard } from '../../components/lobby/lobby-board.tsx';
import { PageFrame } from '../../components/site/page-frame.tsx';
import { requestTranslator } from '../../lib/i18n/request-locale.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await requestTranslator('library');
  return { title: t('lobby.title') };
}

export default function LobbyPage() {
  return (
    <PageFrame>
      <LobbyBoard />
    </PageFrame>
  );
}
