const spsType = 7;

/** How many bytes the length before each NAL unit has, by an AVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3). */
export function nalLengthSize(configuration: Buffer): number {
  return ((configuration[4] ?? 3) & 3) + 1;
}

/**
 * A keyframe with its parameter sets in front, unless it brings its own, as those of browsers do. In a file of several
 * parts the container tells only the first part's, and a player that jumps back and forth needs each part's own.
 */
export function withParameterSets(keyframe: Uint8Array, configuration: Buffer): Uint8Array {
  const lengthSize = nalLengthSize(configuration);
  if (hasSps(keyframe, lengthSize)) return keyframe;
  const units = parameterSets(configuration).flatMap((set) => {
    const length = Buffer.alloc(lengthSize);
    length.writeUIntBE(set.length, 0, lengthSize);
    return [length, set];
  });
  return Buffer.concat([...units, keyframe]);
}

function hasSps(frame: Uint8Array, lengthSize: number): boolean {
  const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
  for (let at = 0; at + lengthSize < bytes.length; at += lengthSize + bytes.readUIntBE(at, lengthSize)) {
    if (((bytes[at + lengthSize] ?? 0) & 0x1f) === spsType) return true;
  }
  return false;
}

/** The sequence parameter sets and then those of pictures, each counted and with its length before it. */
function parameterSets(configuration: Buffer): Buffer[] {
  const sets: Buffer[] = [];
  let at = 5;
  for (const mask of [0x1f, 0xff]) {
    const count = (configuration[at] ?? 0) & mask;
    at += 1;
    for (let i = 0; i < count && at + 2 <= configuration.length; i += 1) {
      const length = configuration.readUInt16BE(at);
      sets.push(configuration.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
  }
  return sets;
}
