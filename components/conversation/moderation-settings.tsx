import { useId } from 'react';
import { useTranslations } from 'use-intl';
import {
  type ConversationSettings,
  type NamedParticipant,
  type ParticipantRole,
  slowModes,
} from '../../lib/conversation.ts';
import type { Moderation } from '../../lib/requests/conversation-requests.ts';
import { Field } from '../ui/field.tsx';
import { Select } from '../ui/select.tsx';
import { Switch } from '../ui/switch.tsx';
import { Action } from './message-actions.tsx';

type ModerationSettingsProps = {
  settings: ConversationSettings;
  role: ParticipantRole;
  onModerate: (action: Moderation) => void;
};

/** What presenter and moderators can set: who may write, how often, and whom it concerns. */
export function ModerationSettings({ settings, role, onModerate }: ModerationSettingsProps) {
  const t = useTranslations('conversation.moderation');
  const id = useId();
  const { isOn, slowS, moderators, muted } = settings;
  return (
    <section
      aria-label={t('title')}
      className="grid max-h-64 gap-3 overflow-y-auto border-line border-b bg-sunken/60 p-3"
    >
      <div className="flex items-center justify-between gap-3">
        <label htmlFor={`${id}-on`} className="font-semibold text-sm">
          {t('open')}
        </label>
        <Switch id={`${id}-on`} checked={isOn} onChange={(on) => onModerate({ type: 'switch', isOn: on })} />
      </div>
      <Field label={t('slowMode')} htmlFor={`${id}-slow`}>
        <Select
          id={`${id}-slow`}
          value={slowS}
          onChange={(event) => {
            const seconds = slowModes.find((one) => one === Number(event.currentTarget.value));
            if (seconds !== undefined) onModerate({ type: 'slow', seconds });
          }}
        >
          {slowModes.map((seconds) => (
            <option key={seconds} value={seconds}>
              {seconds === 0 ? t('slowOff') : t('slowEvery', { seconds })}
            </option>
          ))}
        </Select>
      </Field>
      <People
        title={t('moderators')}
        people={moderators}
        labelOf={(name) => t('endModerator', { name })}
        onPress={
          role === 'presenter'
            ? ({ by, name }) => onModerate({ type: 'moderator', participant: by, name, isOn: false })
            : null
        }
      />
      <People
        title={t('mutedPeople')}
        people={muted}
        labelOf={(name) => t('unmute', { name })}
        onPress={({ by, name }) => onModerate({ type: 'mute', participant: by, name, isOn: false })}
      />
    </section>
  );
}

type PeopleProps = {
  title: string;
  people: readonly NamedParticipant[];
  labelOf: (name: string) => string;
  /** `null` for those who may only look. */
  onPress: ((person: NamedParticipant) => void) | null;
};

function People({ title, people, labelOf, onPress }: PeopleProps) {
  const t = useTranslations('conversation.moderation');
  return (
    <div className="grid gap-1 text-sm">
      <p className="font-semibold">{title}</p>
      {people.length === 0 && <p className="text-ink-soft">{t('nobody')}</p>}
      <ul className="flex flex-wrap gap-1.5">
        {people.map((person) => (
          <li key={person.by} className="max-w-full">
            {onPress === null ? (
              <bdi>{person.name}</bdi>
            ) : (
              <Action onClick={() => onPress(person)}>{labelOf(person.name)}</Action>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
