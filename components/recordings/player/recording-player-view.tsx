'use client';

import { Scissors } from 'lucide-react';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useLazyModule } from '../../../lib/browser/page/use-lazy-module.ts';
import { useStore } from '../../../lib/browser/page/use-store.ts';
import { addressAt, positionInAddress } from '../../../lib/browser/recordings/playback-position.ts';
import { useRecordingDetails, useThumbnails } from '../../../lib/browser/recordings/recording-details.ts';
import { usePictureMaking } from '../../../lib/browser/recordings/recording-pictures.ts';
import { RecordingPlayer } from '../../../lib/browser/recordings/recording-player.ts';
import { usePresenterKey } from '../../../lib/browser/studio/presenter-key.ts';
import { type Recording, recordingPaths } from '../../../lib/recording.ts';
import { CopyLink } from '../../shared/copy-link.tsx';
import { Button } from '../../ui/button.tsx';
import { ChapterList, useChapterMarks } from './chapter-list.tsx';
import { ConvertRecording } from './convert-recording.tsx';
import { MoreDownloads } from './more-downloads.tsx';
import { RecordingStage } from './recording-stage.tsx';
import type { SeekMark } from './seek-bar.tsx';

/** Loaded on demand, because few people trim. */
const loadTrimPanel = () => import('./trim-panel.tsx');

/** A recording that can be watched, with everything that belongs to its player. `children` name the recording. */
export function RecordingPlayerView({ recording, children }: { recording: Recording; children: ReactNode }) {
  const t = useTranslations('library');
  const [player] = useState(() => new RecordingPlayer(recording, positionInAddress(location.search)));
  const { details, refresh } = useRecordingDetails(recording.id);
  const thumbnails = useThumbnails(recording.id, details?.thumbnails ?? null);
  const chapters = useChapterMarks(details?.chapters ?? []);
  const { key } = usePresenterKey();
  usePictureMaking(recording, details, player, key, refresh);
  const [trimming, setTrimming] = useState(false);
  const trimPanel = useLazyModule(loadTrimPanel, trimming);
  const trimButton = useRef<HTMLButtonElement>(null);
  return (
    <div className="grid gap-3">
      <RecordingStage
        recording={recording}
        player={player}
        chapters={chapters}
        poster={details?.hasPoster ? recordingPaths.poster(recording.id) : null}
        pictureAt={thumbnails.pictureAt}
        onLook={thumbnails.load}
      />
      {children}
      <div className="flex flex-wrap gap-2">
        <CopyLink
          label={t('player.copyLink')}
          address={() => addressAt(location.origin, recording.id, player.state.get().position)}
        />
        <MoreDownloads id={recording.id} downloads={details?.downloads ?? []} />
        {details?.conversion && (
          <ConvertRecording id={recording.id} conversion={details.conversion} onChange={refresh} />
        )}
        {details?.canBeTrimmed && key !== null && (
          <Button ref={trimButton} aria-expanded={trimming} onClick={() => setTrimming(!trimming)}>
            <Scissors aria-hidden="true" />
            {t('trim.open')}
          </Button>
        )}
      </div>
      {trimming && trimPanel !== null && key !== null && (
        <trimPanel.TrimPanel
          recording={recording}
          player={player}
          presenterKey={key}
          onClose={() => {
            setTrimming(false);
            trimButton.current?.focus();
          }}
        />
      )}
      <FollowedChapters marks={chapters} player={player} />
    </div>
  );
}

/** The chapters, of which the current one changes as the recording plays. */
function FollowedChapters({ marks, player }: { marks: readonly SeekMark[]; player: RecordingPlayer }) {
  const { position } = useStore(player.state);
  return <ChapterList marks={marks} position={position} onSeek={player.seekTo} />;
}
