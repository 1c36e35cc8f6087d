/** j and k move a cursor over rows, Enter opens the one under it. */
import { useEffect, useState } from "react";
import { isOnControl, useKeys } from "../shell/keys.ts";

export function useRowCursor(length: number, open: (index: number) => void): number | undefined {
  const [cursor, setCursor] = useState<number>();
  const at = cursor === undefined || length === 0 ? undefined : Math.min(cursor, length - 1);
  const move = (step: number) => {
    if (length > 0) setCursor(at === undefined ? 0 : Math.max(0, Math.min(length - 1, at + step)));
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    Enter: () => {
      // A link under the focus opens itself; this key was taken from it.
      if (isOnControl()) (document.activeElement as HTMLElement).click();
      else if (at !== undefined) open(at);
    },
  });
  useEffect(() => {
    if (at !== undefined) document.querySelector("tr.cursor")?.scrollIntoView({ block: "nearest" });
  }, [at]);
  return at;
}
