import { LobbyBoard } from '../components/lobby-board.tsx';
import { PageFrame } from '../components/page-frame.tsx';

export default function LobbyPage() {
  return (
    <PageFrame>
      <LobbyBoard />
    </PageFrame>
  );
}
