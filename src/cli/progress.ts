/** Says on stderr what is being done, when it takes long and a person is watching. */

/** Work shorter than this needs no word. */
const PATIENCE_MS = 700;

export function createProgress(stream: NodeJS.WriteStream): {
  readonly stage: (name: string) => void;
  readonly stop: () => void;
} {
  if (!stream.isTTY) return { stage: () => {}, stop: () => {} };
  const started = Date.now();
  let shown = false;
  const clear = (): void => {
    if (shown) stream.write("\r\u001b[K");
    shown = false;
  };
  return {
    stage(name) {
      if (Date.now() - started < PATIENCE_MS && !shown) return;
      clear();
      stream.write(`adr-scan: ${name} ...`);
      shown = true;
    },
    stop: clear,
  };
}
