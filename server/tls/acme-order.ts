import { openTextFile } from '../storage/durable-files.ts';
import { makePrivateFolder } from './kept-certificate.ts';
import { CertificateError, readServerCertificate, type ServerCertificate } from './server-certificate.ts';

/** The answers to the authority's questions: the text to serve for each token. */
export type ChallengeAnswers = Map<string, string>;

export type AcmeOrder = {
  domain: string;
  email: string;
  directoryUrl: string;
  /** Where the key of the account with this authority is kept. */
  folder: string;
  /** Gets the answers while the authority asks; the web server serves them (`server/http/plain-server.ts`). */
  answers: ChallengeAnswers;
};

/** How often, and with which pauses in milliseconds, the authority is asked whether it is done. */
const patience = { backoffAttempts: 15, backoffMin: 1_000, backoffMax: 10_000 };

/**
 * Orders a certificate by ACME (https://www.rfc-editor.org/rfc/rfc8555), with HTTP-01 as proof of the domain. The
 * account is created at the first order, and the terms of the authority are accepted.
 * @throws CertificateError with the authority's reason
 */
export async function orderCertificate(order: AcmeOrder): Promise<ServerCertificate> {
  const { domain, email, directoryUrl, folder, answers } = order;
  // Loaded only where it is needed: other servers do not pay for it.
  const { default: acme } = await import('acme-client');
  await makePrivateFolder(folder);
  const makeKey = async () => (await acme.crypto.createPrivateEcdsaKey()).toString().trim();
  const accountKey = await openTextFile(folder, 'account-key.pem', makeKey, 0o600);
  const client = new acme.Client({ directoryUrl, accountKey, ...patience });
  const [key, csr] = await acme.crypto.createCsr({ altNames: [domain] }, await acme.crypto.createPrivateEcdsaKey());
  try {
    const chain = await client.auto({
      csr,
      email,
      termsOfServiceAgreed: true,
      challengePriority: ['http-01'],
      // Many routers do not let a machine reach itself at its public address, so only the authority's view counts.
      skipChallengeVerification: true,
      challengeCreateFn: async (_authorization, { token, type }, answer) => {
        if (type !== 'http-01') throw new CertificateError('The certificate authority does not offer HTTP-01.');
        answers.set(token, answer);
      },
      challengeRemoveFn: async (_authorization, { token }) => answers.delete(token),
    });
    return readServerCertificate(key.toString(), chain);
  } catch (error) {
    throw new CertificateError(`${new URL(directoryUrl).host} says: ${reasonOf(error)}`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error && error.message !== '' ? error.message : String(error);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
