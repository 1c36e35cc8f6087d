/** Single keys, off while one types. A page lists what it answers; the help shows all of them. */
import { useEffect, useRef } from "react";

export type Keys = Readonly<Record<string, () => void>>;

export const KEY_HELP: readonly (readonly [keys: readonly string[], words: string])[] = [
  [["J", "K"], "Next and previous row; on a signature, next and previous report"],
  [["↵"], "Open the row"],
  [["F"], "Unfold and fold system frames"],
  [["/"], "Go to the filters"],
  [["?"], "This list"],
  [["Esc"], "Close what is open"],
];

export function useKeys(keys: Keys): void {
  const current = useRef(keys);
  useEffect(() => {
    current.current = keys;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || takesText(event.target)) return;
      const action = current.current[event.key] ?? current.current[event.key.toLowerCase()];
      if (!action) return;
      event.preventDefault();
      action();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
}

function takesText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest("input, textarea, select, [role=dialog], dialog") !== null;
}

/** Enter belongs to the link or button that has the focus. */
export const isOnControl = (): boolean => document.activeElement?.closest("a, button, summary") != null;
