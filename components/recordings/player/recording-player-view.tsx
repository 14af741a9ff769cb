'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { addressAt, positionInAddress } from '../../../lib/browser/recordings/playback-position.ts';
import { RecordingPlayer } from '../../../lib/browser/recordings/recording-player.ts';
import type { Recording } from '../../../lib/recording.ts';
import { CopyLink } from '../../shared/copy-link.tsx';
import { RecordingStage } from './recording-stage.tsx';

/** A recording that can be watched, with everything that belongs to its player. */
export function RecordingPlayerView({ recording }: { recording: Recording }) {
  const t = useTranslations('library.player');
  const [player] = useState(() => new RecordingPlayer(recording, positionInAddress(location.search)));
  return (
    <div className="grid gap-3">
      <RecordingStage
        recording={recording}
        player={player}
        chapters={[]}
        poster={null}
        pictureAt={() => null}
        onLook={() => undefined}
      />
      <div className="flex flex-wrap gap-2">
        <CopyLink
          label={t('copyLink')}
          address={() => addressAt(location.origin, recording.id, player.state.get().position)}
        />
      </div>
    </div>
  );
}
