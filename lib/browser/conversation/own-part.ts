import type { OwnPart } from '../../conversation.ts';
import type { Outgoing } from './outbox.ts';

/** What a participant has done once the server has accepted this request. */
export function ownAfter(own: OwnPart, { name, body }: Outgoing): OwnPart {
  if (name === 'question:vote') {
    const others = own.votes.filter((id) => id !== body.question);
    return { ...own, votes: body.isOn ? [...others, body.question] : others };
  }
  return name === 'poll:vote' ? { ...own, choices: { ...own.choices, [body.poll]: body.choice } } : own;
}
