import { networkInterfaces } from 'node:os';

/** The address of this machine in its network, at which browsers consider plain HTTP insecure; `null` if it has none. */
export function lanAddress(): string | null {
  const addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  return addresses.find(({ internal, family }) => family === 'IPv4' && !internal)?.address ?? null;
}

/** Why a test that needs such an address cannot run. */
export const noLanAddress = 'This machine has no address in a network.';
