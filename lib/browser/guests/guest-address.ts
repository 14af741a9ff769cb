/** The address at which somebody uses an invitation. The token is in the fragment, which is never sent to a server. */
export function guestAddress(origin: string, channel: string, token: string): string {
  return `${origin}/guest/${channel}#${new URLSearchParams({ invitation: token })}`;
}

/** The token in the fragment of such an address; `null` if there is none. */
export function invitationFromHash(hash: string): string | null {
  return new URLSearchParams(hash.slice(1)).get('invitation')?.trim() || null;
}
