/**
 * The line hash by which GitHub code scanning recognises an alert again, byte-equal to the one its upload action computes:
 * a polynomial over the 100 characters that follow the start of a line, blanks left out, and how often it occurred before.
 */

const WINDOW = 100;
const BASE = 37;
const WORD = 2 ** 32;
const END_OF_FILE = 65535;

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;

/** BASE ** WINDOW modulo 2 ** 64, as two words: what a character is worth when it leaves the window. */
const [LEAVING_HIGH, LEAVING_LOW] = (() => {
  const power = BigInt.asUintN(64, BigInt(BASE) ** BigInt(WINDOW));
  return [Number(power >> 32n), Number(power & 0xffffffffn)];
})();

/**
 * The hash of every line, first line first. Lines end at LF, CR or CRLF.
 * `source` must be the whole text, with its byte order mark if it has one.
 */
export function lineHashes(source: string): string[] {
  const window = new Uint16Array(WINDOW);
  /** Whether the character at this place of the window starts a line. */
  const starts = new Uint8Array(WINDOW);
  const occurrences = new Map<string, number>();
  const hashes: string[] = [];
  let index = 0;
  // The 64-bit hash as two words: every intermediate product stays below 2 ** 53, so plain numbers are exact.
  let high = 0;
  let low = 0;

  const emit = () => {
    const hash =
      high === 0 ? low.toString(16) : high.toString(16) + low.toString(16).padStart(8, "0");
    const occurrence = (occurrences.get(hash) ?? 0) + 1;
    occurrences.set(hash, occurrence);
    hashes.push(`${hash}:${occurrence}`);
  };

  const push = (unit: number, startsLine: boolean) => {
    if (starts[index]) emit();
    const leaving = window[index];
    window[index] = unit;
    starts[index] = startsLine ? 1 : 0;
    index = (index + 1) % WINDOW;
    // hash = BASE x hash + unit - LEAVING x leaving  (mod 2 ** 64)
    const lowSum = BASE * low + unit - LEAVING_LOW * leaving;
    const highSum = BASE * high - LEAVING_HIGH * leaving + Math.floor(lowSum / WORD);
    low = modulo(lowSum);
    high = modulo(highSum);
  };

  let atLineStart = true;
  let afterCr = false;
  for (let i = 0; i <= source.length; i++) {
    const unit: number = i < source.length ? source.charCodeAt(i) : END_OF_FILE;
    const skipped: boolean = unit === SPACE || unit === TAB || (afterCr && unit === LF);
    // A blank between CR and LF makes them two line ends, hence not `afterCr ||= ...`.
    afterCr = !skipped && unit === CR;
    if (skipped) continue;
    const normal = unit === CR ? LF : unit;
    push(normal, atLineStart);
    atLineStart = normal === LF;
  }
  for (let i = 0; i < WINDOW; i++) push(0, false);
  return hashes;
}

function modulo(value: number): number {
  const rest = value % WORD;
  return rest < 0 ? rest + WORD : rest;
}
