/** What a player tells of a failure: Kurento's event `Error`, which takes its names from GStreamer. */
export type FaultReport = { readonly errorCode: number; readonly type: string; readonly description: string };

/** A failure that can be told as it is. */
export class PlayerFault extends Error {
  readonly report: FaultReport;

  constructor(report: FaultReport, options?: ErrorOptions) {
    super(report.description, options);
    this.name = 'PlayerFault';
    this.report = report;
  }
}

/** The address leads to nothing. @param why a sentence */
export function invalidUri(why: string, options?: ErrorOptions): PlayerFault {
  return new PlayerFault({ errorCode: 0, type: 'INVALID_URI', description: `Invalid URI: ${why}` }, options);
}

/** What is there is no media that can be read here. @param why a sentence */
export function unknownMedia(why: string, options?: ErrorOptions): PlayerFault {
  return new PlayerFault({ errorCode: 4, type: 'UNEXPECTED_ELEMENT_ERROR', description: why }, options);
}

/** Media cannot be read any further. @param why a sentence */
export function brokenMedia(why: string, options?: ErrorOptions): PlayerFault {
  return new PlayerFault({ errorCode: 1, type: 'STREAM_ERROR_FAILED', description: why }, options);
}

/** Any error as a failure that can be told; one that is unexpected is told as broken media. */
export function asFault(error: unknown, uri: string): PlayerFault {
  if (error instanceof PlayerFault) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return brokenMedia(`'${uri}' cannot be read any further: ${reason}`, { cause: error });
}
