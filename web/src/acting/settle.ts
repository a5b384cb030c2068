/**
 * Calls when what was touched has stood still for `pause` ms; where it never stands still, `longest` ms after the first
 * touch all the same.
 */
export const settling = (call: () => void, pause: number, longest: number) => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let since: number | null = null;
  const fire = () => {
    since = null;
    call();
  };
  const stop = () => {
    clearTimeout(timer);
    since = null;
  };
  const touch = () => {
    const now = Date.now();
    since ??= now;
    clearTimeout(timer);
    timer = setTimeout(fire, Math.max(0, Math.min(pause, since + longest - now)));
  };
  return { touch, stop };
};
