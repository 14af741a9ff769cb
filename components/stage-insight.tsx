import type { PresenterHealth } from '../lib/browser/stutter.ts';
import { useLinkHealth } from '../lib/browser/use-link-health.ts';
import type { WatcherHandle } from '../lib/browser/use-watcher.ts';
import { StageDetails } from './stage-details.tsx';
import { StutterNote } from './stutter-note.tsx';

type StageInsightProps = {
  report: WatcherHandle['report'];
  /** What the server says of the presenter's upload. */
  presenterHealth?: PresenterHealth;
  /** How far behind the presenter the picture is, in milliseconds; `null` while nobody measures it. */
  delayMs?: number | null;
  /** The technical details are asked for. */
  details: boolean;
  onCloseDetails: () => void;
};

/** How the link does: a word when it stutters, and all figures for who asks for them. */
export function StageInsight(props: StageInsightProps) {
  const { report, presenterHealth = 'unknown', delayMs = null, details, onCloseDetails } = props;
  const { figures, stutter } = useLinkHealth(report, presenterHealth);
  return (
    <>
      <StutterNote stutter={stutter} />
      {details && <StageDetails figures={figures} delayMs={delayMs} onClose={onCloseDetails} />}
    </>
  );
}
