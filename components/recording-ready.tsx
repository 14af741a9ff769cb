import { Download, ExternalLink } from 'lucide-react';
import { recordingPaths } from '../lib/recording.ts';
import { buttonClass } from './ui/button-style.ts';

/** The ways to a recording that was finished during the show. None leads off the stage. */
export function RecordingReady({ recordingId }: { recordingId: string }) {
  const link = buttonClass({ className: 'flex-1' });
  return (
    <>
      <div className="flex gap-3">
        <a
          className={link}
          href={`/recordings/${encodeURIComponent(recordingId)}`}
          target="_blank"
          rel="noopener noreferrer"
          aria-label="Watch the recording (in a new tab)"
        >
          <ExternalLink aria-hidden="true" />
          Watch
        </a>
        <a className={link} href={recordingPaths.download(recordingId)} download aria-label="Download the recording">
          <Download aria-hidden="true" />
          Download
        </a>
      </div>
      <p className="text-ink-soft text-sm">If you start again, it becomes longer: a broadcast has one recording.</p>
    </>
  );
}
