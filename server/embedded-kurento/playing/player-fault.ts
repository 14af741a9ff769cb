/** The report of a player's failure: Kurento's event `Error`, which takes its names from GStreamer. */
export type FaultReport = { readonly errorCode: number; readonly type: string; readonly description: string };

/** A failure that can be reported as it is. */
export class PlayerFault extends Error {
  readonly report: FaultReport;

  constructor(report: FaultReport, options?: ErrorOptions) {
    super(report.description, options);
    this.name = 'PlayerFault';
    this.report = report;
  }
}

/** There is nothing at the address. @param why a sentence */
export function invalidUri(why: string, options?: ErrorOptions): PlayerFault {
  return new PlayerFault({ errorCode: 0, type: 'INVALID_URI', description: `Invalid URI: ${why}` }, options);
}

/** The data is not media that can be read here. @param why a sentence */
export function unknownMedia(why: string, options?: ErrorOptions): PlayerFault {
  return new PlayerFault({ errorCode: 4, type: 'UNEXPECTED_ELEMENT_ERROR', description: why }, options);
}

/** Media cannot be read any further. @param why a sentence */
export function brokenMedia(why: string, options?: ErrorOptions): PlayerFault {
  return new PlayerFault({ errorCode: 1, type: 'STREAM_ERROR_FAILED', description: why }, options);
}

/** Turns any error into a reportable failure; an unexpected one is reported as broken media. */
export function asFault(error: unknown, uri: string): PlayerFault {
  if (error instanceof PlayerFault) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return brokenMedia(`'${uri}' cannot be read any further: ${reason}`, { cause: error });
}
