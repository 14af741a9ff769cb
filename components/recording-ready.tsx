import { Download, ExternalLink } from 'lucide-react';
import { recordingPaths } from '../lib/recording.ts';
import { buttonClass } from './ui/button-style.ts';

/** The way to a recording that was finished during the show, on paths that do not lead off the stage. */
export function RecordingReady({ recordingId }: { recordingId: string }) {
  const link = buttonClass({ variant: 'ghost', className: 'flex-1' });
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap gap-x-3 gap-y-1">
        <a
          className={link}
          href={`/recordings/${encodeURIComponent(recordingId)}`}
          target="_blank"
          rel="noopener noreferrer"
        >
          <ExternalLink aria-hidden="true" />
          <span>
            See the recording<span className="sr-only"> (in a new tab)</span>
          </span>
        </a>
        <a className={link} href={recordingPaths.download(recordingId)} download>
          <Download aria-hidden="true" />
          Download
        </a>
      </div>
      <p className="text-ink-soft text-sm">If you start again, it becomes longer: a broadcast has one recording.</p>
    </div>
  );
}
