import type { Config } from '../config.ts';
import type { IceSettings, IceUrl } from '../ice/ice-settings.ts';
import { turnCredentials } from '../ice/turn-credentials.ts';
import { broken, type Finding, ok, open, reasonOf } from './finding.ts';
import { askStun, askTurn, type IceAnswer } from './turn-client.ts';

const yearMs = 366 * 86_400_000;

/** Do the STUN servers answer? Returns this machine's address as they see it, too. */
export async function checkStun({ ice }: Config): Promise<{ findings: Finding[]; seenAddress: string | null }> {
  if (ice.stunUrls.length === 0) return { findings: [open('No STUN server is set (STUN_URLS).')], seenAddress: null };
  const answers = await Promise.all(
    ice.stunUrls.map(async (url) => ({ url, answer: await tryTo(() => askStun(url)) })),
  );
  const findings = answers.map(({ url, answer }) => {
    if (answer instanceof Error) return unreachable(url, answer);
    if (answer.kind === 'granted') return ok(`${url.text} answers; from there, this machine is ${answer.address}.`);
    return broken(`${url.text} answers, but not as a STUN server.`, 'Correct STUN_URLS.');
  });
  const granted = answers.flatMap(({ answer }) =>
    !(answer instanceof Error) && answer.kind === 'granted' ? answer.address : [],
  );
  return { findings, seenAddress: granted[0] ?? null };
}

/** Do the TURN servers relay for the credentials that browsers get? */
export async function checkTurn({ ice }: Config): Promise<Finding[]> {
  const { turnUrls, turnSecret } = ice;
  if (turnUrls.length === 0 || turnSecret === null) {
    return [
      open(
        'No relay is set (TURN_URLS), so people whose network blocks UDP do not get through.',
        'Set TURN_URLS and TURN_SECRET to help them.',
      ),
    ];
  }
  return await Promise.all(turnUrls.map((url) => checkOne(url, turnSecret, ice)));
}

async function checkOne(url: IceUrl, secret: string, { turnTtlMs }: IceSettings): Promise<Finding> {
  const ask = (validMs: number) => tryTo(() => askTurn(url, turnCredentials(secret, Date.now() + validMs, 'doctor')));
  const answer = await ask(turnTtlMs);
  if (answer instanceof Error) return unreachable(url, answer);
  if (answer.kind === 'granted') return ok(`${url.text} relays.`);
  if (answer.kind === 'strange') return broken(`${url.text} answers, but not as a TURN server.`, 'Correct TURN_URLS.');
  if (answer.code !== 401 && answer.code !== 441) {
    return broken(
      `${url.text} refuses to relay: ${answer.code} ${answer.text}.`,
      'Look at the configuration and the log of that server.',
    );
  }
  // A server that accepts credentials of the far future knows the secret, and thinks that the usual ones have expired.
  const later = await ask(yearMs);
  if (!(later instanceof Error) && later.kind === 'granted') {
    return broken(
      `${url.text} takes our credentials for expired.`,
      'The clocks of the two machines differ: synchronise both with NTP.',
    );
  }
  return broken(
    `${url.text} refuses our credentials (${answer.code} ${answer.text}).`,
    'Set TURN_SECRET to its secret: in coturn, use-auth-secret with static-auth-secret.',
  );
}

async function tryTo(ask: () => Promise<IceAnswer>): Promise<IceAnswer | Error> {
  try {
    return await ask();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function unreachable({ text, port, transport }: IceUrl, error: Error): Finding {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return broken(`${text}: there is no such name ${reasonOf(error)}.`, 'Correct the address, or the name server.');
  }
  if (transport === 'tls' && /CERT|SELF_SIGNED|UNABLE_TO/.test(code)) {
    return broken(
      `${text} has a certificate that browsers do not accept ${reasonOf(error)}.`,
      'Give it a valid certificate for that name, with the whole chain.',
    );
  }
  const protocol = transport === 'udp' ? 'UDP' : 'TCP';
  return broken(
    `${text} does not answer ${reasonOf(error)}.`,
    `Start that server, and open its port ${port} (${protocol}) in the firewall.`,
  );
}
