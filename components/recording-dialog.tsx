import type { Recording } from '../lib/recording.ts';
import { RecordingVideo } from './recording-video.tsx';
import { Dialog } from './ui/dialog.tsx';

/** Plays a recording over the list. */
export function RecordingDialog({ recording, onClose }: { recording: Recording | null; onClose: () => void }) {
  return (
    <Dialog open={recording !== null} onClose={onClose} title={recording?.title ?? ''} wide>
      {recording !== null && <RecordingVideo recording={recording} autoPlay />}
    </Dialog>
  );
}
